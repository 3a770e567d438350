import { FaultflixError } from '#base/errors.ts';
import type { Collection } from './store.ts';

/** Ids and prefixes: printable ASCII, so that every engine orders them alike. */
const ID = /^[\x21-\x7e]{1,512}$/;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** The keys of one service's rows. Its collections are its own: another service's of the same name are others. */
export class Keys {
  readonly #service: string;
  /** Events are everybody's. */
  readonly events = 'e/';

  constructor(service: string) {
    this.#service = checked(NAME, service, 'the name of a service');
  }

  document(collection: Collection<unknown>, id: string): string {
    return this.documents(collection) + checked(ID, id, `an id of ${collection.name}`);
  }

  /** What all keys of a collection begin with. */
  documents({ name }: Pick<Collection<unknown>, 'name'>): string {
    return `d/${this.#service}/${checked(NAME, name, 'the name of a collection')}/`;
  }

  event(id: string): string {
    return this.events + id;
  }

  /** How far a group of consumers has come. */
  position(consumer: string): string {
    return `p/${this.#service}/${checked(NAME, consumer, 'the name of a consumer')}`;
  }

  /** Who of the group consumes. */
  lease(consumer: string): string {
    return `l/${this.#service}/${checked(NAME, consumer, 'the name of a consumer')}`;
  }
}

function checked(pattern: RegExp, text: string, what: string): string {
  if (pattern.test(text)) return text;
  throw new FaultflixError('bad-input', `${JSON.stringify(text)} cannot be ${what}`, { expected: String(pattern) });
}
