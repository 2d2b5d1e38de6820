"use strict";
// Sends what the form says and shows the answer as it came. Without scripts the page is still a complete reference.
const key = document.querySelector("#key");
for (const form of document.querySelectorAll("form.try")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const shown = form.querySelector("output");
    const query = new URLSearchParams();
    let path = form.dataset.path;
    for (const field of form.querySelectorAll("[data-in]")) {
      if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
      else if (field.value !== "") query.append(field.name, field.value);
    }
    const headers = {};
    if (key && key.value) headers["X-API-KEY"] = key.value;
    const body = form.querySelector("textarea");
    if (body && body.value) headers["Content-Type"] = body.dataset.mediaType;
    const target = path + (query.size ? `?${query}` : "");
    shown.replaceChildren();
    try {
      const answer = await fetch(target, {
        method: form.dataset.method,
        headers,
        body: body && body.value ? body.value : undefined,
      });
      const text = await answer.text();
      const interesting = [...answer.headers].filter(([name]) => !["connection", "server"].includes(name));
      show(shown, `${answer.status} ${answer.statusText}\n` + interesting.map((pair) => pair.join(": ")).join("\n"));
      if (text) show(shown, pretty(text));
    } catch (error) {
      show(shown, `No answer: ${error.message}`);
    }
  });
}
// A link to something that is folded up unfolds it.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", unfold);
unfold();
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
function show(place, text) {
  const block = document.createElement("pre");
  block.textContent = text;
  place.append(block);
}
