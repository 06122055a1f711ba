import type { FleetStatus } from "../status.ts";
import { drainServer, spawnServer } from "./admin.ts";
import { ChartBoard } from "./chart-board.ts";
import { byId } from "./dom.ts";
import { EventList } from "./event-list.ts";
import { Feed } from "./feed.ts";
import { Focus } from "./focus.ts";
import { Notice } from "./notice.ts";
import { OrderDialog } from "./order-dialog.ts";
import { RoomsTable } from "./rooms-table.ts";
import { SeriesStore } from "./series-store.ts";
import { ServersTable } from "./servers-table.ts";
import { Totals } from "./totals.ts";
import { drainQuestion, lostLine } from "./wording.ts";

// The stream fills the store and the lists at once; what is seen is drawn once a frame at most, and not at all
// while nobody looks.

const store = new SeriesStore();
const focus = new Focus();
const totals = new Totals();
const board = new ChartBoard(store, focus);
const notice = new Notice();
const dialog = new OrderDialog((sentence) => notice.say(sentence));
const table = new ServersTable(focus, board.cast, askToDrain);
const rooms = new RoomsTable();
const events = new EventList();
let status: FleetStatus | null = null;
let frame = 0;

function show(): void {
  if (frame !== 0 || document.hidden) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    events.show();
    if (status === null) return;
    document.body.dataset.loaded = "true";
    focus.keepOnly(new Set(status.servers.map(({ id }) => id)));
    totals.show(status);
    board.show(status);
    table.show(status);
    rooms.show(status);
  });
}

function askToDrain(id: string): void {
  const server = status?.servers.find((one) => one.id === id);
  dialog.ask({
    ...{ title: `Drain ${id}?`, text: drainQuestion(server?.connections ?? 0) },
    ...{ action: "Drain", doing: "Draining", isDangerous: true, run: () => drainServer(id) },
  });
}

byId("spawn", HTMLButtonElement).addEventListener("click", () => {
  dialog.ask({
    ...{ title: "Spawn a server?", text: "One more server joins the fleet and takes new clients." },
    ...{ action: "Spawn", doing: "Spawning", isDangerous: false, run: spawnServer },
  });
});
document.addEventListener("visibilitychange", show);

void new Feed({
  onSeries(now, series) {
    store.load(series);
    this.onStatus(now);
  },
  onStatus(now) {
    status = now;
    store.add(now);
    show();
  },
  onDecision(event) {
    events.add(event);
    show();
  },
  onLost: (heardAt) => notice.lost(lostLine(heardAt)),
  onLive: () => notice.live(),
}).start();
