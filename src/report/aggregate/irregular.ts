/** These rows have to be read one by one and in their order: it is slower, and can do everything. */
export class Irregular extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Irregular";
  }
}
