// The small square that stands for a person: initials on a colour that is always theirs. The app has a picture.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const COLOURS = 6;

export function avatar({ id, real_name: name, is_app: isApp }, size = "") {
  const letters = name
    .split(" ")
    .map((word) => word[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const colour = isApp ? "app" : [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS;
  return h(
    `span.avatar.colour-${colour}${size && `.${size}`}`,
    { "aria-hidden": "true" },
    isApp ? icon("check") : letters,
  );
}
