// Looks every two seconds whether the page would now look different, and takes over what is new.
// What the reader opened stays open: while a letter is unfolded or text is selected, nothing is replaced.
const EVERY = 2000;

async function refresh() {
  const main = document.querySelector("main");
  const reading = main.querySelector("details[open]") || !document.getSelection().isCollapsed;
  if (document.hidden || reading) return;
  const answer = await fetch("/");
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (fresh.innerHTML !== main.innerHTML) main.replaceChildren(...fresh.childNodes);
}

setInterval(() => refresh().catch(() => {}), EVERY);
