// The page's side of the JSON API and of the stream of events.

export class Refused extends Error {}

export async function ask(path, body) {
  const answer = await send(path, body === undefined ? {} : {method: "POST", headers: {"X-Sandbox": "1"}, body: JSON.stringify(body)});
  return answer.json();
}

export const upload = (phone, file) => {
  const query = new URLSearchParams({name: file.name, picture: /^image\/(png|jpeg|webp)$/.test(file.type) ? "1" : "0"});
  return send(`/api/phones/${phone}/upload?${query}`, {method: "POST", headers: {"X-Sandbox": "1", "Content-Type": file.type || "application/octet-stream"}, body: file});
};

async function send(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused("Песочница не отвечает: она остановлена?");
  }
  if (answer.ok) return answer;
  const text = await answer.text();
  let reason = text;
  try {
    reason = JSON.parse(text).error;
  } catch {
    // a plain sentence
  }
  throw new Refused(answer.status === 413 ? "Файл больше 20 МБ." : reason);
}

// Begins with a snapshot, then keeps up with events; begins anew when the sandbox has been restarted meanwhile.
export async function follow({began, event, lost}) {
  const names = ["chat", "call", "violation", "clock", "bot", "person", "policy", "troubled", "greetings"];
  for (;;) {
    let state;
    try {
      state = await ask("/api/state");
    } catch {
      lost();
      await new Promise((wake) => setTimeout(wake, 1500));
      continue;
    }
    began(state);
    await new Promise((anew) => {
      const source = new EventSource(`/api/events?after=${state.event}`);
      for (const name of names) source.addEventListener(name, (news) => event(name, JSON.parse(news.data)));
      source.addEventListener("reset", () => { source.close(); anew(); });
      source.addEventListener("error", () => {
        lost();
        if (source.readyState === EventSource.CLOSED) setTimeout(anew, 1500);
      });
      source.addEventListener("open", () => event("back", null));
    });
  }
}
