// The few pictures of the page, lines on a field of 20 × 20. They say nothing that words beside them do not.

import { h } from "./dom.js";

const PATHS = {
  activity: "M2.5 10.5h3.5l2.5-6 3.5 11 2.5-5h3",
  alert: "M10 3.2 17.5 16.5h-15zM10 8v4M10 14.2v.1",
  back: "M12 4.5 6.5 10l5.5 5.5",
  check: "M4 10.5 8.2 14.7 16 6",
  close: "M5 5l10 10M15 5 5 15",
  down: "M5.5 8l4.5 4.5L14.5 8",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  hash: "M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13.5M3 12.5h13.5",
  home: "M3 9.5 10 3.5l7 6M5 8.5v8h10v-8",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  mail: "M3 5h14v10.5H3zM3.5 5.5 10 11l6.5-5.5",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
  reply: "M8 4.5 3.5 9 8 13.5M4 9h7c3.5 0 5.5 2 5.5 6",
  send: "M3.5 16.5 17 10 3.5 3.5 5.5 10zM5.5 10H11",
  bolt: "M11 2.5 4.5 11.5H9.5L8.5 17.5 15.5 8.5H10.5z",
};

const SVG = "http://www.w3.org/2000/svg";

// A button with a picture alone; its label is read to whoever does not see it.
export function iconButton(name, label, onclick, className = "") {
  return h(
    "button",
    { type: "button", class: `button icon-only ${className}`.trim(), "aria-label": label, onclick },
    icon(name),
  );
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 20 20",
    "aria-hidden": "true",
    class: `icon icon-${name}`,
  })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
