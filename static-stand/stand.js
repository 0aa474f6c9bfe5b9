// Small comforts; every page works without them.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}

for (const button of document.querySelectorAll("[data-show]")) {
  const field = document.getElementById(button.dataset.show);
  const showText = button.textContent;
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.textContent = visible ? button.dataset.hideText : showText;
    button.setAttribute("aria-pressed", String(visible));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  // The browser must not remember the password as ordinary text.
  field.form.addEventListener("submit", () => show(false));
}
