// What a person does, handed to the workspace through the same interface that tests and tools use.

const OUT_OF_REACH = "The workspace on this machine does not answer. Is “make run” still running?";

// Returns how it went: `failure` and `shown` say what Slack says where it did not work, and `unsent` that Slack never
// had it.
export async function act(what, details) {
  try {
    const answer = await fetch(`/_local/slack/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(details),
    });
    const outcome = await answer.json();
    return answer.ok ? outcome : { failure: "impossible", shown: outcome.error, unsent: true };
  } catch (problem) {
    return { failure: String(problem), shown: OUT_OF_REACH, unsent: true, isOutOfReach: true };
  }
}

// Returns what there is at an address of the workspace; throws an Error that says in a sentence why there is nothing.
export async function ask(path) {
  const answer = await fetch(path).catch(() => {
    throw new Error(OUT_OF_REACH);
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}
