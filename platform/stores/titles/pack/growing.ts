/** Typed arrays that grow as they are written: a builder does not know how many titles come. */
export class Growing<A extends Uint8Array | Uint16Array | Uint32Array | Float64Array> {
  length = 0;
  #array: A;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.#array = make(1_024);
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = this.#make(this.#array.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  /** A copy of exactly what was pushed. */
  done(): A {
    return this.#array.slice(0, this.length) as A;
  }
}

export const growing = {
  uint8: () => new Growing<Uint8Array>((length) => new Uint8Array(length)),
  uint16: () => new Growing<Uint16Array>((length) => new Uint16Array(length)),
  uint32: () => new Growing<Uint32Array>((length) => new Uint32Array(length)),
  float64: () => new Growing<Float64Array>((length) => new Float64Array(length)),
};
