// Suggests the names of time zones while one is typed.

const input = document.querySelector('input[name="timezone"]');
if (input && Intl.supportedValuesOf) {
  const list = document.createElement("datalist");
  list.id = "zones";
  list.append(...Intl.supportedValuesOf("timeZone").map((zone) => new Option(zone, zone)));
  input.after(list);
  input.setAttribute("list", list.id);
}
