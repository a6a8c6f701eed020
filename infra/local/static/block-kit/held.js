// What elements hold, read from a view's state or from what the app set at first, in the form in which inputs take it.
// https://docs.slack.dev/reference/views#view_state

const CHOSEN = {
  selected_option: "initial_option",
  selected_options: "initial_options",
  selected_user: "initial_user",
  selected_users: "initial_users",
  selected_conversation: "initial_conversation",
  selected_conversations: "initial_conversations",
  selected_channel: "initial_channel",
  selected_channels: "initial_channels",
  selected_date: "initial_date",
  selected_time: "initial_time",
  selected_date_time: "initial_date_time",
  value: "initial_value",
  rich_text_value: "initial_value",
};

export function heldValue(element, state) {
  const held = find(element, state);
  return held === null ? null : asText(held);
}

// The whole option that an external select holds: its words are known nowhere else.
export function heldOption(element, state) {
  return state ? (state.selected_option ?? null) : (element.initial_option ?? null);
}

export function heldOptions(element, state) {
  return (state ? state.selected_options : element.initial_options) ?? [];
}

function find(element, state) {
  for (const [field, initial] of Object.entries(CHOSEN)) {
    if (state && field in state) return state[field];
    if (!state && element[initial] !== undefined) return element[initial];
  }
  return null;
}

function asText(held) {
  if (held?.type === "rich_text")
    return held.elements.flatMap((part) => part.elements.map((each) => each.text ?? "")).join("\n");
  if (Array.isArray(held)) return held.map(asText).join(",");
  return typeof held === "object" && held !== null ? held.value : held === null ? null : String(held);
}
