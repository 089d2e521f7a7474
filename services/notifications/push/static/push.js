// Lets this browser take pushes: <div data-push="server's public key" hidden> with a button and words for each outcome.

const box = document.querySelector("[data-push]");
const say = (key) => (box.querySelector("[role=status]").textContent = box.dataset[key]);

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return say("refused");
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: box.dataset.push,
  });
  const response = await fetch("/inbox/channels/browsers", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(subscription),
  });
  if (!response.ok) throw new Error(response.status);
  location.reload();
}

if (box && "serviceWorker" in navigator && "PushManager" in window) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => subscribe().catch(() => say("failed")));
}
