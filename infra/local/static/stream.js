// The way in which the workspace tells this page what changed. It is a WebSocket and not an event stream, because a
// browser keeps only six of those open to one host, and every tab is one more person.

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 3000;

// Calls onChange with what changed, and onState with whether the workspace is there. Comes back by itself.
export function follow(person, onChange, onState) {
  let pause = FIRST_PAUSE;
  const open = () => {
    const address = new URL(`/_local/stream?as=${encodeURIComponent(person)}`, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    socket.onmessage = (message) => {
      pause = FIRST_PAUSE;
      onState(true);
      onChange(JSON.parse(message.data));
    };
    socket.onclose = () => {
      onState(false);
      setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  };
  open();
}
