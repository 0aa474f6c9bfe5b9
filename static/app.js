// Makes pages quicker; every journey works without it. No text of its own: words come from data attributes.
const $ = (query, root = document) => root.querySelector(query);
const all = (query, root = document) => [...root.querySelectorAll(query)];
document.documentElement.classList.add("js");

// After an error the summary is read first.
$("#error-summary")?.focus();

// «Показать пароль». Sent as a password again, so that browsers do not remember it as text.
for (const group of all("[data-password]")) {
  const input = $("input", group);
  const button = $("button", group);
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? button.dataset.hide : button.dataset.show;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
  addEventListener("pagehide", () => show(false));
}

// A second click within a second sends nothing twice; the server has its own guard.
for (const form of all("form[method=post]")) {
  let last = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - last < 1000) event.preventDefault();
    else last = event.timeStamp;
  });
  // Back to a page that the browser kept: its button is meant.
  addEventListener("pageshow", () => (last = -Infinity));
}

// Cascading lists: the next list is fetched, those below wait, nothing is sent and focus stays.
const lists = $("form[data-lists]");
if (lists) {
  const selects = all("select", lists);
  const status = $("#lists-status");
  const target = $("#sign-in");
  let run = 0;

  const clear = (select) => {
    select.replaceChildren(new Option(select.dataset.wait, ""));
    select.classList.add("waits");
  };
  const fail = () => {
    status.textContent = status.dataset.failed;
    document.documentElement.classList.remove("js");
  };
  const word = (n, forms) => {
    const [one, few, many] = forms.split("|");
    const tens = n % 100;
    if (tens > 10 && tens < 15) return many;
    return n % 10 === 1 ? one : n % 10 > 1 && n % 10 < 5 ? few : many;
  };
  const values = () => {
    const chosen = new URLSearchParams();
    for (const select of selects) if (select.value) chosen.set(select.name, select.value);
    return chosen;
  };
  // The choice goes with the form, so that it survives an error.
  const keep = () => {
    if (!target) return;
    const query = values();
    const next = new URL(target.action).searchParams.get("next");
    if (next) query.set("next", next);
    target.action = `${lists.getAttribute("action")}?${query}`;
  };
  const fill = async (i, turn) => {
    const above = selects[i - 1];
    const select = selects[i];
    const query = values();
    query.set("level", select.name);
    query.set("parent", above.value);
    query.set("tab", lists.getAttribute("action"));
    status.textContent = status.dataset.loading;
    const answer = await fetch(`/options?${query}`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error("options");
    const html = await answer.text();
    if (turn !== run) return;
    const fragment = new DOMParser().parseFromString(`<select>${html}</select>`, "text/html");
    const options = all("option", fragment);
    select.replaceChildren(...options);
    // Options that move between documents arrive with a selection of their own making.
    select.selectedIndex = Math.max(0, options.findIndex((option) => option.defaultSelected));
    select.classList.remove("waits");
    const count = options.filter((option) => option.value).length;
    status.textContent = `${status.dataset.loaded} ${count} ${word(count, select.dataset.forms)}`;
    if (select.value && selects[i + 1]) await fill(i + 1, turn);
  };
  const changed = async (i) => {
    const turn = ++run;
    for (const below of selects.slice(i + 1)) clear(below);
    status.textContent = "";
    try {
      if (selects[i].value && selects[i + 1]) await fill(i + 1, turn);
    } catch {
      if (turn === run) fail();
    }
    keep();
  };
  selects.forEach((select, i) => select.addEventListener("change", () => changed(i)));
  // A browser that restores an upper list after Back or a reload leaves the lower ones of another choice.
  addEventListener("pageshow", () => {
    const i = selects.findIndex((select) => {
      const given = $("option[selected]", select)?.value ?? "";
      return selects.indexOf(select) < selects.length - 1 && select.value !== given && select.value;
    });
    if (i >= 0 && selects[i + 1].classList.contains("waits")) changed(i);
  });
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// «Вы ещё здесь?» five minutes before the session ends by itself, announced once and again at one minute.
const dialog = $("#timeout");
if (dialog) {
  const idle = Number(dialog.dataset.idle);
  const early = Math.min(300, idle / 2);
  const text = $("#timeout-text");
  const usual = text.textContent;
  let seen = Date.now();
  let minute = false;

  const left = () => idle - (Date.now() - seen) / 1000;
  const check = () => {
    if (left() <= 0) location.assign(location.pathname + location.search);
    else if (left() <= 60 && !minute) {
      minute = true;
      text.setAttribute("role", "alert");
      text.textContent = dialog.dataset.one;
    }
    if (left() <= early && !dialog.open) dialog.showModal();
  };
  const stay = async () => {
    dialog.close();
    try {
      const answer = await fetch($("[data-stay]", dialog).dataset.stay, { redirect: "manual" });
      if (answer.ok) {
        seen = Date.now();
        minute = false;
        text.removeAttribute("role");
        text.textContent = usual;
      }
    } catch {
      check();
    }
  };
  $("[data-stay]", dialog).addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  setInterval(check, 5000);
  document.addEventListener("visibilitychange", check);
}
