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

// Gives a node other children, and leaves them alone where they are the same already.
export function show(node, ...children) {
  const wanted = children.flat(Infinity).filter((child) => child instanceof Node);
  const same =
    wanted.length === node.childNodes.length && wanted.every((child, index) => child === node.childNodes[index]);
  if (!same) node.replaceChildren(...wanted);
}

// Links lead to the web, to mail and to the phone; any other address stays text.
export function link(address, ...label) {
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return h("span", {}, ...label);
  return h("a", { href: address, target: "_blank", rel: "noreferrer" }, ...label);
}
