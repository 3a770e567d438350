import type { MetricType } from '../../results/sample.ts';
import { measure, tagsOf, theCall, theRun } from '../context.ts';

/** `k6/metrics`. */
abstract class Metric {
  readonly name: string;
  readonly #type: MetricType;
  constructor(type: MetricType, name: string, isTime = false) {
    this.name = name;
    this.#type = type;
    theRun().declare({ name, type, contains: isTime ? 'time' : 'default' });
  }

  /** False for what k6 does not take either: a value that is not a number. */
  add(value: number | boolean, tags?: Readonly<Record<string, string>> | null): boolean {
    const call = theCall(`${this.#type} ${this.name}.add`);
    const number = this.#type === 'rate' ? (value ? 1 : 0) : Number(value);
    if (Number.isNaN(number) || (this.#type === 'counter' && number < 0)) {
      console.warn(`${this.name}: not a value for a ${this.#type}: ${value}`);
      return false;
    }
    measure(call, this.name, number, tagsOf(call, tags));
    return true;
  }
}

export class Counter extends Metric {
  constructor(name: string, isTime?: boolean) {
    super('counter', name, isTime);
  }
}
export class Gauge extends Metric {
  constructor(name: string, isTime?: boolean) {
    super('gauge', name, isTime);
  }
}
export class Rate extends Metric {
  constructor(name: string, isTime?: boolean) {
    super('rate', name, isTime);
  }
}
export class Trend extends Metric {
  constructor(name: string, isTime?: boolean) {
    super('trend', name, isTime);
  }
}

export default { Counter, Gauge, Rate, Trend };
