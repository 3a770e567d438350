import { capital, type Draw, plural, withArticle } from './draw.ts';
import { placeName } from './proper-names.ts';
import { numbers, occupations } from './words/names.ts';
import { families, plots, traits } from './words/plots.ts';
import { given } from './words/proper.ts';

interface Parts {
  /** `a retired mapmaker`. */
  readonly who: string;
  readonly other: string;
  readonly first: string;
  readonly place: string;
  readonly task: string;
  readonly event: string;
  readonly twist: string;
  readonly thing: string;
  readonly count: string;
  readonly span: string;
  readonly crowd: string;
  /** `On the night that`. */
  readonly when: string;
  /** `The slow boat`. */
  readonly ride: string;
  readonly year: number;
}

/** Ways to tell it. Each begins differently; what they begin with varies too. */
const stories: readonly ((parts: Parts) => string)[] = [
  ({ who, task, twist }) => `${capital(who)} must ${task}. ${capital(twist)}.`,
  ({ event, who, task }) => `When ${event}, ${who} must ${task}.`,
  ({ event, first, who, twist }) => `${capital(event)}. ${first}, ${who}, is the first to understand that ${twist}.`,
  ({ place, event, who, twist }) => `In ${place}, ${event}. Only ${who} asks why, and ${twist}.`,
  ({ first, who, span, task, twist }) => `${first}, ${who}, has ${span} to ${task}, but ${twist}.`,
  ({ place, year, who, task }) => `${place}, ${year}: ${who} is asked to ${task}.`,
  ({ who, other, thing, twist }) => `${capital(thing)} brings together ${who} and ${other}. ${capital(twist)}.`,
  ({ span, who, place, event }) => `For ${span} ${who} has kept away from ${place}. Then ${event}.`,
  ({ who, other, task, twist }) => `To ${task}, ${who} needs the help of ${other}; and ${twist}.`,
  ({ crowd, task, place, twist }) => `${capital(crowd)} from ${place} set out to ${task}. ${capital(twist)}.`,
  ({ who, thing, event }) => `Nobody believes ${who} about ${thing}, until ${event}.`,
  ({ event, crowd, place, twist }) => `After ${event}, ${crowd} are left in ${place}, where ${twist}.`,
  ({ first, thing, who, twist }) => `${first} inherits ${thing} from ${who} and learns that ${twist}.`,
  ({ who, place, task, other }) => `${capital(who)} comes to ${place} to ${task}. So does ${other}.`,
  ({ thing, place, who, task }) =>
    `${capital(thing)} is all that ${who} has left of ${place}. It is enough to ${task}.`,
  ({ place, twist, who, task }) => `Everybody in ${place} knows that ${twist}. It takes ${who} to ${task}.`,
  ({ first, event, task, when }) => `${when} ${event}, ${first} decides to ${task}.`,
  ({ other, who, task, span }) => `Once partners, ${who} and ${other} have ${span} to ${task}, and no wish to talk.`,
  ({ who, place, event, twist, ride }) =>
    `${ride} to ${place} carries ${who}. Before it arrives, ${event}, and ${twist}.`,
  ({ event, place, first, thing }) =>
    `It begins when ${event}. It ends with ${first}, ${thing} and an empty road out of ${place}.`,
  ({ who, span, twist, task }) => `Hired for ${span} to ${task}, ${who} finds out that ${twist}.`,
  ({ first, other, twist, event }) => `${first} never meant to trust ${other}. But ${event}, and ${twist}.`,
  ({ thing, who, other, place }) =>
    `Who owns ${thing}? ${capital(who)} says one thing, ${other} another, and all of ${place} takes sides.`,
  ({ crowd, event, twist }) => `${capital(crowd)} agree never to speak of it. Then ${event}, and ${twist}.`,
];

/** Ways of documentaries, whose people are not made up but met. */
const accounts: readonly ((parts: Parts) => string)[] = [
  ({ place, task, twist, count }) => `${capital(count)} film makers go to ${place} to ${task}. ${capital(twist)}.`,
  ({ event, place, twist }) => `${capital(event)}, near ${place}. A portrait of those who stayed, in which ${twist}.`,
  ({ thing, who, twist }) => `${capital(thing)}, found by ${who}, opens a story in which ${twist}.`,
  ({ span, place, task }) => `Shot over ${span} in and around ${place}, this film sets out to ${task}.`,
  ({ who, task, first, twist }) => `${first} is ${who} with one ambition: to ${task}. ${capital(twist)}.`,
  ({ event, crowd, thing }) => `What happens after ${event}? ${capital(crowd)} tell it, with ${thing} for proof.`,
  ({ place, year, thing, twist }) => `Since ${year}, ${place} has been known for ${thing}. ${capital(twist)}.`,
  ({ crowd, place, task, twist }) => `${capital(crowd)} of ${place} try to ${task}. ${capital(twist)}.`,
];

export interface SynopsisOf {
  readonly draw: Draw;
  readonly genre: string;
  readonly year: number;
}

export function synopsisOf({ draw, genre, year }: SynopsisOf): string {
  const { tasks, events, twists, things } = plots[families[genre] ?? 'grave'];
  const person = () => withArticle(`${draw.chance(0.75) ? `${draw.pick(traits)} ` : ''}${draw.pick(occupations)}`);
  const count = draw.pick(numbers.slice(0, 12));
  const parts: Parts = {
    who: person(),
    other: person(),
    first: draw.pick(given),
    place: placeName(draw),
    task: draw.pick(tasks),
    event: draw.pick(events),
    twist: draw.pick(twists),
    thing: draw.pick(things),
    count,
    span: `${count} ${draw.pick(['days', 'nights', 'weeks', 'hours', 'months', 'years'])}`,
    crowd: `${count} ${plural(draw.pick(occupations))}`,
    when: draw.pick([
      'On the day that',
      'On the night that',
      'In the week that',
      'In the summer that',
      'The winter that',
    ]),
    ride: `The ${draw.pick(['last', 'first', 'night', 'slow', 'wrong'])} ${draw.pick(['train', 'ferry', 'bus', 'boat', 'plane'])}`,
    year:
      genre === 'historical' || genre === 'war' || genre === 'western' ? draw.int(1480, 1958) : draw.int(1961, year),
  };
  return draw.pick(genre === 'documentary' ? accounts : stories)(parts);
}
