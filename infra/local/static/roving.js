// Long lists take one stop of the Tab key: arrows move inside them, and only the current item's controls are reached.

const CONTROLS = "a[href], button:not([role=menuitem]), input, select, textarea, summary, [role=button]";

// Lets arrow keys move among the items of a list, which the selector finds. At first the newest is current, which
// stands last, or first in lists that say so.
export function roving(list, selector, { newestFirst = false } = {}) {
  let current = null;

  const items = () => [...list.querySelectorAll(selector)];
  const reach = (item, isCurrent) => {
    if (item.tabIndex !== (isCurrent ? 0 : -1)) item.tabIndex = isCurrent ? 0 : -1;
    for (const control of item.querySelectorAll(CONTROLS)) control.tabIndex = isCurrent ? 0 : -1;
  };
  const choose = (item) => {
    current = item;
    for (const each of items()) reach(each, each === item);
  };

  list.addEventListener("focusin", (event) => {
    const item = event.target.closest(selector);
    if (item && item !== current) choose(item);
  });
  list.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    all[Math.max(0, Math.min(to, all.length - 1))].focus();
  });

  // To be called after the items changed.
  return () => {
    const all = items();
    choose(all.includes(current) ? current : all.at(newestFirst ? 0 : -1));
  };
}
