import { byId } from "./dom.ts";
import { JoinForm } from "./join-form.ts";
import { balancerOf, hashOf, PlaceMemory, roomOfHash } from "./place.ts";
import { Stay } from "./stay.ts";

// The page's address says which room; the name is remembered. With both, one is in the room; else at the entrance.

const memory = new PlaceMemory(() => localStorage);
const entrance = byId("entrance", HTMLElement);
const chat = byId("chat", HTMLElement);
const form = new JoinForm((room, name) => {
  memory.keep({ room, name });
  if (roomOfHash(location.hash) === room) show();
  else location.hash = hashOf(room);
});
let stay: Stay | null = null;

function show(): void {
  stay?.end();
  stay = null;
  const { room: lastRoom, name } = memory.recall();
  const room = roomOfHash(location.hash);
  const balancer = balancerHere();
  const enters = room !== null && name !== null && balancer !== undefined;
  entrance.hidden = enters;
  chat.hidden = !enters;
  if (enters) {
    memory.keep({ room, name });
    stay = new Stay(room, name, balancer);
  } else {
    document.title = "scale-chat";
    form.open({ room: room ?? lastRoom, name });
    if (balancer === undefined) form.refuse("The balancer in this page's address is none: http://host:port");
  }
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
