// One key for each thing to do with a card, in lists that say so. A page loads it only where it has such a list.
//
//   <ul data-shortcuts>                      a list whose items have keys; j and k step from item to item
//   <li tabindex="-1" data-shortcut-item>    an item; its keys work while the focus is in it, or on it
//   <button data-key="a">                    is pressed by a; a <summary data-key="n"> is opened and its first field entered
//   <form data-key-anywhere="u">             is sent by u, wherever the focus is
//   <input type="checkbox" data-shortcuts-switch hidden>  switches the keys off and on; the browser remembers it
//
// Keys do nothing while somebody types in a field, with Ctrl, Alt or Meta held, or while they are switched off.

const OFF = "cinnabar:shortcuts:off";
const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const items = () => [...document.querySelectorAll("[data-shortcut-item]")];
const current = () => document.activeElement?.closest("[data-shortcut-item]");

function remembered() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

let off = remembered();

for (const box of document.querySelectorAll("[data-shortcuts-switch]")) {
  box.checked = !off;
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    off = !box.checked;
    try {
      localStorage.setItem(OFF, off ? "yes" : "no");
    } catch {
      // A browser that keeps nothing keeps the switch for this page.
    }
  });
}

function step(by) {
  const all = items();
  const here = all.indexOf(current());
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function press(target) {
  if (!target) return false;
  if (target.localName !== "summary") {
    target.click();
    return true;
  }
  const panel = target.parentElement;
  panel.open = true;
  panel.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  return true;
}

function act(key) {
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  const anywhere = document.querySelector(`[data-key-anywhere="${CSS.escape(key)}"]`);
  if (anywhere) {
    anywhere.requestSubmit();
    return true;
  }
  return press(current()?.querySelector(`[data-key="${CSS.escape(key)}"]`));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest("details[open]")) {
    const panel = event.target.closest("details[open]");
    panel.open = false;
    panel.querySelector("summary").focus();
    return;
  }
  if (off || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.matches(FIELDS)) return;
  if (event.key.length === 1 && act(event.key.toLowerCase())) event.preventDefault();
});
