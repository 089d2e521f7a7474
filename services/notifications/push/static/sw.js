// Shows what is pushed, and opens it. Nothing is cached: pages are as the server has them.

self.addEventListener("push", (event) => {
  const { title, body, url, tag, lang } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

async function open(url) {
  const here = await self.clients.matchAll({ type: "window" });
  const already = here.find((each) => each.url === url);
  return already ? already.focus() : self.clients.openWindow(url);
}
