import { byId } from "./dom.ts";
import { JoinForm } from "./join-form.ts";
import { balancerOf, hashOf, PlaceMemory, roomOfHash } from "./place.ts";
import { Stay } from "./stay.ts";
import { TokenMemory } from "./token-memory.ts";
import { tokenLine } from "./wording.ts";

// The page's address says which room; the name is remembered. With both, one is in the room; else at the entrance, and
// also where the chat wants another token.

const memory = new PlaceMemory(() => localStorage);
const tokens = new TokenMemory(() => sessionStorage);
const entrance = byId("entrance", HTMLElement);
const chat = byId("chat", HTMLElement);
const form = new JoinForm(({ room, name, token }) => {
  memory.keep({ room, name });
  tokenWish = null;
  if (token !== null) tokens.keep(balancerHere() ?? null, token);
  if (roomOfHash(location.hash) === room) show();
  else location.hash = hashOf(room);
});
let stay: Stay | null = null;
/** Why the chat wants another token than it was shown; `null`: it does not. */
let tokenWish: string | null = null;

function show(): void {
  stay?.end();
  stay = null;
  const { room: lastRoom, name } = memory.recall();
  const room = roomOfHash(location.hash);
  const balancer = balancerHere();
  const enters = room !== null && name !== null && balancer !== undefined && tokenWish === null;
  entrance.hidden = enters;
  chat.hidden = !enters;
  if (enters) {
    memory.keep({ room, name });
    stay = enter(room, name, balancer);
  } else {
    document.title = "scale-chat";
    form.open({ room: room ?? lastRoom, name }, tokenWish);
    if (balancer === undefined) form.refuse("The balancer in this page's address is none: http://host:port");
  }
}

function enter(room: string, name: string, balancer: string | null): Stay {
  const token = tokens.recall(balancer);
  return new Stay({
    ...{ room, name, balancer, token },
    onTokenRefused(reason, wasOnline) {
      tokenWish = tokenLine(token !== null, reason);
      // Who was in may want to read on, or to copy what was not sent.
      if (!wasOnline) show();
    },
  });
}

/** `undefined` where the address names something that cannot be one. */
function balancerHere(): string | null | undefined {
  try {
    return balancerOf(location.search);
  } catch {
    return undefined;
  }
}

byId("leave", HTMLButtonElement).addEventListener("click", () => {
  if (stay?.hasUnsent && !confirm("Some messages have not been sent yet. Leave without sending them?"))
    return;
  history.pushState(null, "", location.pathname + location.search);
  show();
});
// Going back in the browser's history after leaving changes the hash as well.
addEventListener("hashchange", show);
addEventListener("beforeunload", (event) => {
  if (stay?.hasUnsent) event.preventDefault();
});
show();
