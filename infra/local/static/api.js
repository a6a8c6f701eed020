// What a person does, handed to the workspace through the same interface that tests and tools use.

const OUT_OF_REACH = "The workspace on this machine does not answer. Is `make run` still running?";

// Returns how it went: `failure` and `shown` say what Slack says where it did not work.
export async function act(what, details) {
  try {
    const answer = await fetch(`/_local/slack/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(details),
    });
    const outcome = await answer.json();
    return answer.ok ? outcome : { failure: "impossible", shown: outcome.error };
  } catch (problem) {
    return { failure: String(problem), shown: OUT_OF_REACH };
  }
}

export async function ask(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}
