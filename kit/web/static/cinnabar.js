// Refines pages that work without it: swaps fragments, follows streams, keeps what was typed, counts the inbox.
//
//   <a|form data-swap="#list">            fetches its address and replaces #list with the same element of the answer
//   <div id="x" data-stream="/events">    reads itself again on every event (data-stream-events="a b" for named ones)
//   <ol data-stream="…" data-stream-into> gets each event's data as a line of its own, newest last
//   <form data-keep="name">               keeps typed values until a page says <meta name="cinnabar-saved" content="name">
//   <span data-count-from="/inbox/count"> shows {"count": n} when n is above 0
//   <button data-copy="#code" hidden>     copies the text of #code

const KEPT = "cinnabar:kept:";
const MOST_LINES = 200;
const announcer = document.querySelector("#announce");

function announce(key) {
  if (announcer) announcer.textContent = announcer.dataset[key] ?? "";
}

// Swapping a fragment

let shown = location.pathname + location.search;

async function fetchPage(address, options = {}) {
  const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" }, ...options });
  if (!response.ok) throw new Error(`${response.status} from ${address}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, address: response.url };
}

function replaceFragment(selector, page) {
  const old = document.querySelector(selector);
  const fresh = page.querySelector(selector);
  if (!old || !fresh) return false;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
  refine(fresh);
  return true;
}

async function swapTo(address, selector, remember) {
  const answer = await fetchPage(address);
  if (!replaceFragment(selector, answer.page)) throw new Error(`${selector} is not in ${address}`);
  document.title = answer.page.title;
  if (remember) history.pushState(null, "", answer.address);
  shown = location.pathname + location.search;
  announce("updated");
}

function formAddress(form, submitter) {
  const address = new URL(form.action, location.href);
  address.search = new URLSearchParams(new FormData(form, submitter)).toString();
  return address.href;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  swapTo(link.href, link.dataset.swap, true).catch(() => location.assign(link.href));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[action$='/sign-out']")) forgetAll();
  if (!form.dataset.swap || form.method !== "get") return;
  event.preventDefault();
  const address = formAddress(form, event.submitter);
  swapTo(address, form.dataset.swap, true).catch(() => location.assign(address));
});

addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) location.reload();
});

// Following an event stream

const followed = new Map();

// A stream that ended for good, as by a gateway's 502, is opened anew, and what it missed meanwhile is read then.
function follow(element) {
  closeOrphans();
  const source = new EventSource(element.dataset.stream);
  const state = element.querySelector("[data-stream-state]");
  const show = (key) => state && (state.textContent = state.dataset[key] ?? "");
  source.addEventListener("open", () => show("live"));
  source.addEventListener("error", () => show("lost"));
  const onEvent = "streamInto" in element.dataset ? (event) => addLine(element, event.data) : throttled(() => reread(element));
  for (const name of (element.dataset.streamEvents ?? "message").split(" ")) source.addEventListener(name, onEvent);
  if (followed.has(element) && !("streamInto" in element.dataset)) source.addEventListener("open", onEvent);
  const ended = () => source.readyState === EventSource.CLOSED && followed.get(element) === source;
  source.addEventListener("error", () => setTimeout(() => ended() && follow(element), 5_000 + 5_000 * Math.random()));
  followed.set(element, source);
}

function closeOrphans() {
  for (const [element, source] of followed) if (!element.isConnected && followed.delete(element)) source.close();
}

function addLine(list, text) {
  const line = document.createElement("li");
  line.textContent = text;
  list.append(line);
  while (list.children.length > MOST_LINES) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
}

async function reread(element) {
  const { page } = await fetchPage(location.href);
  const fresh = document.importNode(page.getElementById(element.id), true);
  for (const { id } of element.querySelectorAll("details[id][open]")) fresh.querySelector(`#${id}`)?.setAttribute("open", "");
  const held = element.contains(document.activeElement) && document.activeElement.getAttribute("href");
  element.replaceChildren(...fresh.childNodes);
  if (held) element.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
  for (const each of [element, document.querySelector(".sections")]) refine(each, false);
  announce("updated");
}

function throttled(action) {
  let waiting = 0;
  return () => {
    waiting ||= setTimeout(() => {
      waiting = 0;
      action().catch(() => announce("failed"));
    }, 500);
  };
}

// Keeping what was typed

const storage = (() => {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
})();

const keptFields = (form) =>
  [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));

function keep(form) {
  const key = KEPT + form.dataset.keep;
  let kept = {};
  try {
    kept = JSON.parse(storage?.getItem(key) ?? "{}");
  } catch {
    storage?.removeItem(key);
  }
  for (const field of keptFields(form)) restore(field, kept);
  form.addEventListener("input", () => {
    const values = keptFields(form).map((field) => [fieldKey(field), isTick(field) ? field.checked : field.value]);
    storage?.setItem(key, JSON.stringify(Object.fromEntries(values)));
  });
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const fieldKey = (field) => (isTick(field) ? `${field.name}=${field.value}` : field.name);

function restore(field, kept) {
  const value = kept[fieldKey(field)];
  if (value === undefined) return;
  if (isTick(field)) field.checked = value;
  else field.value = value;
}

function forgetAll() {
  for (const key of Object.keys(storage ?? {})) if (key.startsWith(KEPT)) storage.removeItem(key);
}

for (const saved of document.querySelectorAll('meta[name="cinnabar-saved"]')) storage?.removeItem(KEPT + saved.content);

// Counting the inbox, copying a sample

async function count(element) {
  const response = await fetch(element.dataset.countFrom, { credentials: "same-origin" });
  if (!response.ok) return;
  const { count: unread } = await response.json();
  element.querySelector("[data-count]").textContent = unread;
  element.hidden = !unread;
}

async function copy(button) {
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
  button.textContent = button.dataset.done ?? button.textContent;
}

function refine(root, itself = true) {
  const all = (selector) => [...root.querySelectorAll(selector), ...(itself && root.matches?.(selector) ? [root] : [])];
  all("[data-stream]").forEach(follow);
  all("form[data-keep]").forEach(keep);
  all("[data-count-from]").forEach((element) => count(element).catch(() => {}));
  all("button[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(button).catch(() => announce("failed")));
  });
}

refine(document, false);
document.querySelector("[data-focus-first]")?.focus();
