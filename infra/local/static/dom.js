// Builds elements. Text becomes text nodes and nothing else, so that what people and apps write is never read as HTML.

// h("p.quiet", { id: "x", onclick: act }, "words", child): classes stand in the tag, listeners begin with "on".
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) set(element, key, value);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(key.slice(2), value);
  else if (key === "value") element.value = value;
  else element.setAttribute(key, value === true ? "" : value);
}

let lastId = 0;

// An id that no other element of the page has.
export function freshId(name) {
  lastId += 1;
  return `${name}-${lastId}`;
}

// Gives a node these children. One that stands right is not moved: it would lose its focus and where it is scrolled to.
export function show(node, ...children) {
  const wanted = new Set(children.flat(Infinity).filter((child) => child instanceof Node));
  for (const child of [...node.childNodes]) if (!wanted.has(child)) child.remove();
  [...wanted].forEach((child, index) => {
    if (node.childNodes[index] !== child) node.insertBefore(child, node.childNodes[index] ?? null);
  });
}

const MESSAGE = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+))?/;

// Links lead to the web, to mail and to the phone, and as in Slack from the address of a message to it; any other
// address stays text.
export function link(address, ...label) {
  const [, channel, seconds, rest, thread] = MESSAGE.exec(address) ?? [];
  if (channel) return h("a", { href: `#/place/${channel}/thread/${thread ?? `${seconds}.${rest}`}` }, ...label);
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return h("span", {}, ...label);
  return h("a", { href: address, target: "_blank", rel: "noreferrer" }, ...label);
}
