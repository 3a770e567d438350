/** What stages that run side by side print, one after another: the first is written as it comes, the others' text waits. */

type Write = (text: string | Uint8Array) => void;

export interface Channel {
  write: Write;
  /** No more will come. */
  end(): void;
}

interface Waiting {
  readonly kept: (string | Uint8Array)[];
  ended: boolean;
}

export class Output {
  readonly #write: Write;
  readonly #channels: Waiting[] = [];

  constructor(write: Write) {
    this.#write = write;
  }

  /** In the order in which they are opened their text comes out. */
  open(): Channel {
    const own: Waiting = { kept: [], ended: false };
    this.#channels.push(own);
    return {
      write: (text) => {
        if (own === this.#channels[0]) this.#write(text);
        else own.kept.push(text);
      },
      end: () => {
        own.ended = true;
        while (this.#channels[0]?.ended) {
          this.#channels.shift();
          for (const text of this.#channels[0]?.kept.splice(0) ?? []) this.#write(text);
        }
      },
    };
  }
}
