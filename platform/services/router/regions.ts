import type { Clock } from '#base/clock.ts';
import { distanceMs, type Place, type Region } from '#base/names.ts';

export interface RegionChoiceOptions {
  readonly clock: Clock;
  /** Guard `region-preference`: off keeps everybody at home. */
  readonly mayLeave: () => boolean;
  /** Regions that have gateways now. */
  readonly present: () => readonly Region[];
}

interface Standing {
  /** Share of answers that were refusals or none at all, weighed by how recent they are: 0 well, 1 out. */
  unwell: number;
  atMs: number;
}

/** After so long what was seen counts half: long enough to see a dozen answers of a busy region, short enough to come home soon. */
const HALF_LIFE_MS = 5_000;
/** How much one answer weighs. */
const WEIGHT = 0.05;
/** So much goes wrong in a region that is well. */
const TOLERATED = 0.1;

/**
 * Which region's gateways a viewer should go to: home, unless home refuses or fails more than another does; then a part of
 * the viewers, as large as what goes wrong, and always the same ones, so that nobody is sent to and fro. What goes wrong is
 * seen in the answers that pass (a gateway sheds by its own load), so no report of load has to arrive, or be believed.
 * Each request is tried elsewhere too when it fails; this keeps the next ones from trying first where it is hopeless.
 */
export class RegionChoice {
  readonly #options: RegionChoiceOptions;
  readonly #standings = new Map<Place, Standing>();

  constructor(options: RegionChoiceOptions) {
    this.#options = options;
  }

  /** Where to; `undefined` when nobody said a home: anywhere. `key`: a viewer's session. */
  choose(home: Region | undefined, key: string): Region | undefined {
    if (home === undefined || !this.#options.mayLeave()) return home;
    const unwell = this.unwell(home);
    if (unwell <= TOLERATED) return home;
    const others = this.#options
      .present()
      .filter((region) => region !== home && this.unwell(region) < unwell / 2)
      .sort((a, b) => distanceMs(home, a) - distanceMs(home, b));
    const other = others[0];
    if (other === undefined) return home;
    const share = (unwell - TOLERATED) / (1 - TOLERATED);
    return unitOf(key) < share ? other : home;
  }

  /** What came of a request: `asked` first, and who answered in the end, if anybody did. */
  saw(asked: Region | undefined, answered: { readonly region: Place; readonly well: boolean } | undefined): void {
    if (asked !== undefined && asked !== answered?.region) this.#note(asked, false);
    if (answered !== undefined) this.#note(answered.region, answered.well);
  }

  unwell(region: Place): number {
    const standing = this.#standings.get(region);
    if (standing === undefined) return 0;
    return standing.unwell * 0.5 ** ((this.#options.clock.now() - standing.atMs) / HALF_LIFE_MS);
  }

  #note(region: Place, well: boolean): void {
    const before = this.unwell(region);
    this.#standings.set(region, {
      unwell: before + WEIGHT * ((well ? 0 : 1) - before),
      atMs: this.#options.clock.now(),
    });
  }
}

/** FNV-1a with murmur3's finish, as a number in [0, 1). */
function unitOf(key: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4_294_967_296;
}
