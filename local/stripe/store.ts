/** Objects of one kind by id, in the order in which they came. */
export class Store<Item extends { readonly id: string }> {
  readonly #items = new Map<string, Item>();
  readonly #onPut: (item: Item) => void;

  constructor(onPut: (item: Item) => void = () => {}) {
    this.#onPut = onPut;
  }

  get(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** Keeps the object, in place of the one with its id. */
  put<Given extends Item>(item: Given): Given {
    this.#items.set(item.id, item);
    this.#onPut(item);
    return item;
  }

  /** Replaces members of an object. Throws when there is none with this id. */
  patch(id: string, members: Partial<Item>): Item {
    const item = this.#items.get(id);
    if (!item) throw new Error(`the fake has no ${id}`);
    return this.put({ ...item, ...members });
  }

  delete(id: string): void {
    this.#items.delete(id);
  }

  /** All of them, newest first, as Stripe lists them. */
  newestFirst(): Item[] {
    return [...this.#items.values()].reverse();
  }

  oldestFirst(): Item[] {
    return [...this.#items.values()];
  }
}
