/** The element of that id. Throws when the page has none of that kind, which is a defect of the page. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return element;
}

/** A new element with a class and, as plain text, its content. */
export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.textContent = text;
  return element;
}

/** Says what a cell holds where a narrow screen has no column heads. */
export function label(cell: HTMLElement, words: string): void {
  cell.dataset.label = words;
}

/** Sets a text only where it changed: the same text again would cost a layout all the same. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Puts `wanted` into `parent` in that order, touching only what stands elsewhere, and takes away all others. */
export function arrange(parent: Element, wanted: readonly Element[]): void {
  wanted.forEach((element, place) => {
    const there = parent.children[place];
    if (there !== element) parent.insertBefore(element, there ?? null);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild!.remove();
}
