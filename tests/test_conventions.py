"""How this code is written, where a tool can tell. Each guard is shown something wrong as well."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import pytest

from eventdesk.cli import commands
from eventdesk.config import SETTINGS
from eventdesk.labels import RULES, Label
from eventdesk.wording import Channel, DeskLetter, PageLine
from tests.facts import letters_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE, TEMPLATES, COPY = ROOT / "eventdesk", ROOT / "templates", ROOT / "templates" / "copy"
PYTHON = sorted(PACKAGE.rglob("*.py"))
PAGES = [file for file in sorted(TEMPLATES.rglob("*.html")) if not file.is_relative_to(COPY)]
#: Where labels are told apart, sample data are made, and tables of the past stay as they were.
MAY_NAME_LABELS = ("labels", "demo", "migrations")
WORDS = re.compile("|".join(Label), re.IGNORECASE)
MOST_LINES = 330


def found_in(files: Iterable[Path], fault: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """What is wrong in each of these files, by its name; files without fault are left out."""
    found = {str(file.relative_to(ROOT)): fault(file.read_text()) for file in files}
    return {name: faults for name, faults in found.items() if faults}


def docstrings(tree: ast.AST) -> set[ast.AST]:
    """The strings that say what a module, class or function is."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    first = (node.body[0] for node in ast.walk(tree) if isinstance(node, owners) and node.body)
    return {statement.value for statement in first if isinstance(statement, ast.Expr)}


def labels_named(source: str) -> list[str]:
    """Where Python code names a label, compares one, or loops over them."""
    tree = ast.parse(source)
    spoken = docstrings(tree)
    return [
        f"line {getattr(node, 'lineno', '?')}: {said}"
        for node in ast.walk(tree)
        for said in _about_labels(node, spoken)
    ]


def _about_labels(node: ast.AST, spoken: set[ast.AST]) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=name) if name in Label.__members__:
            yield f"names Label.{name}"
        case ast.Name(id=name) if name in Label.__members__:
            yield f"names {name}"
        case ast.Constant(value=str(text)) if node not in spoken and WORDS.search(text):
            yield f"says “{text}”"
        case ast.For(iter=ast.Name(id="Label")) | ast.comprehension(iter=ast.Name(id="Label")):
            yield "loops over Label"
        case ast.Call(args=arguments) if any(isinstance(each, ast.Name) and each.id == "Label" for each in arguments):
            yield "takes Label apart"
        case ast.Match(subject=subject) if _is_label(subject):
            yield f"matches {ast.unparse(subject)}"
        case ast.Compare():
            yield from _compared(node)


def _compared(node: ast.Compare) -> Iterator[str]:
    """Labels may be looked for among others, and compared with one another (a column with what is wanted)."""
    sides = [node.left, *node.comparators]
    asked = all(isinstance(each, ast.In | ast.NotIn) for each in node.ops)
    if not asked and any(map(_is_label, sides)) and not all(map(_is_label, sides)):
        yield f"compares {ast.unparse(node)}"


def _is_label(node: ast.expr) -> bool:
    """Whether it is spelled `label` or `….label`; two of them may be compared with each other, and with a column."""
    return (isinstance(node, ast.Name) and node.id == "label") or (
        isinstance(node, ast.Attribute) and node.attr == "label"
    )


def test_labels_are_told_apart_in_one_module() -> None:
    others = [file for file in PYTHON if file.relative_to(PACKAGE).parts[0] not in MAY_NAME_LABELS]

    assert found_in(others, labels_named) == {}


@pytest.mark.parametrize(
    "planted",
    [
        "if label is Label.COMMUNITY: pass",
        "from .labels import Label\nwanted = [Label.COMMERCIAL]",
        "if event.label == 'x': pass",
        "if label == other: pass",
        "title = 'Community evening'",
        "title = f'a {x} commercial'",
        "for each in Label: pass",
        "all_of_them = [each for each in Label]",
        "first, second = list(Label)",
        "match event.label:\n    case _: pass",
    ],
)
def test_a_label_told_apart_elsewhere_is_found(planted: str) -> None:
    assert labels_named(planted) != []


@pytest.mark.parametrize(
    "fine",
    [
        "'''A community session.'''",
        "RULES[event.label].plural",
        "for label, rules in RULES.items(): pass",
        "x.label in labels",
    ],
)
def test_what_a_label_decides_may_be_asked(fine: str) -> None:
    assert labels_named(fine) == []


COMPARED = re.compile(r"{[{%][^}]*\blabel\b\s*(==|!=|is\b)|(==|!=)\s*[\w.]*\blabel\b(?!\s*=)|{[{%][^}]*\bLabel\b")


def labels_in_template(source: str) -> list[str]:
    """Where a template names a label or compares one."""
    shown = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    return [line.strip() for line in shown.splitlines() if WORDS.search(line) or COMPARED.search(line)]


def test_no_page_tells_labels_apart() -> None:
    assert found_in(PAGES, labels_in_template) == {}


@pytest.mark.parametrize(
    "planted",
    [
        "<p>A community session</p>",
        '{% if rules.label == "x" %}',
        "{% if event.label != other %}",
        "{% for each in Label %}",
        '{% if "Commercial" in title %}',
    ],
)
def test_a_label_told_apart_in_a_page_is_found(planted: str) -> None:
    assert labels_in_template(planted) != []
    assert labels_in_template('{# the community\'s own #}<main class="label-{{ rules.label }}">') == []


def test_each_label_has_one_copy_for_each_channel_and_nothing_else() -> None:
    found = {file.relative_to(COPY).as_posix() for file in COPY.rglob("*.txt") if not file.name.startswith("_")}

    labelled = {f"{label}/{each}.txt" for label in RULES for each in (*Channel, *letters_of(label), *PageLine)}
    assert found == labelled | {f"desk/{letter}.txt" for letter in DeskLetter}
    assert {each.name for each in COPY.iterdir() if each.is_dir()} == {*RULES, "desk"}


#: What only one module does, as a pattern of code.
RESERVED = {
    r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(": ("clock.py",),
    r"\bsession\.commit\(|\.commit\(\)": ("db.py",),
    r"\bMarkup\b": ("markdown.py",),
    r"_external": (),
    r"render_template_string|from_string\(": (),
    r"\bos\.environ\b": ("config.py",),
    r"\bsmtplib\b": ("outbox/post.py",),
}
PLANTED = {
    "x = datetime.now(UTC)": 0,
    "db.session.commit()": 1,
    "return Markup(x)": 2,
    "url_for('x', _external=True)": 3,
    "render_template_string(x)": 4,
    "os.environ['X']": 5,
    "import smtplib": 6,
}


@pytest.mark.parametrize("pattern", RESERVED)
def test_one_module_alone_does_it(pattern: str) -> None:
    doing = {str(file.relative_to(PACKAGE)) for file in PYTHON if re.search(pattern, file.read_text())}

    assert doing == set(RESERVED[pattern])


@pytest.mark.parametrize(("planted", "number"), PLANTED.items())
def test_it_is_found_where_it_is_planted(planted: str, number: int) -> None:
    assert re.search(list(RESERVED)[number], planted)


def inline(source: str) -> list[str]:
    """Where a template trusts a text, or carries script or style inside."""
    scripts = [tag for tag in re.findall(r"<script[^>]*>", source) if "src=" not in tag and "ld+json" not in tag]
    return scripts + re.findall(r"\|\s*safe\b|autoescape\s+false|\bstyle=|<style|\son\w+=|javascript:", source)


def test_no_page_trusts_a_text_or_carries_script_or_style_inside() -> None:
    assert found_in(PAGES, inline) == {}


def test_the_inline_guard_finds_what_it_is_for() -> None:
    planted = (
        '{{ x|safe }} {{ x | safe }} <p style="x"> <a onclick="x"> <script>x</script> <script src="/x.js"></script>'
    )

    assert len(inline(planted)) == 5


def test_modules_are_named_for_what_they_hold() -> None:
    assert [file for file in PYTHON if re.search("util|helper|manager|common|misc|base", file.stem)] == []


SOURCES = [
    file for folder in ("eventdesk", "templates", "static", "tests") for file in sorted((ROOT / folder).rglob("*.*"))
]
#: A revision is as long as its tables, written by a tool, and stays as it was.
WRITTEN = [
    file
    for file in SOURCES
    if file.suffix in {".py", ".html", ".txt", ".js", ".mako"} and file.is_file() and file.parent.name != "versions"
]


def too_long(source: str) -> list[str]:
    """How long a file is, where that is too long."""
    lines = len(source.splitlines())
    return [f"{lines} lines"] if lines > MOST_LINES else []


def test_files_are_short() -> None:
    assert found_in(WRITTEN, too_long) == {}
    assert too_long("x\n" * (MOST_LINES + 1)) != []


def told() -> str:
    """What the owner of an installation can read."""
    return "\n".join(file.read_text() for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_setting_is_told_of(setting: str) -> None:
    assert re.search(rf"\bEVENTDESK_{setting}\b|`_{setting}`", told())


def command_names(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from command_names(command, f"{before}{name} ")
        else:
            yield before + name


@pytest.mark.parametrize("command", list(command_names(commands)))
def test_each_command_is_told_of(command: str) -> None:
    assert re.search(rf"\b{command}\b", told())


def used_templates() -> set[str]:
    """The templates that a view renders, or another template extends, imports or includes."""
    sources = [file.read_text() for file in [*PYTHON, *TEMPLATES.rglob("*.html"), *COPY.rglob("*.txt")]]
    return {name for source in sources for name in re.findall(r"""["']([\w/]+\.(?:html|txt))["']""", source)}


def test_each_template_is_used() -> None:
    used = used_templates()
    partial = {file.name for file in COPY.glob("_*.txt")}

    unused = ({file.relative_to(TEMPLATES).as_posix() for file in PAGES} | partial) - used

    assert unused == set()


def test_each_static_file_is_used() -> None:
    pages = "\n".join(file.read_text() for file in TEMPLATES.rglob("*.html"))

    files = [file.name for file in (ROOT / "static").iterdir() if file.is_file()]

    assert [name for name in files if f"'{name}'" not in pages] == []
