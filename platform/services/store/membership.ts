import type { Clock } from '#base/clock.ts';
import type { Endpoint } from '#kit/context.ts';
import { EtcdMember, MemberFailure } from '#platform/stores/engines/etcd/member.ts';
import {
  type Member,
  type MemberAddAnswer,
  type MemberListAnswer,
  methods,
  type StatusAnswer,
} from '#platform/stores/engines/etcd/protocol.ts';
import { storeDefaults } from './settings.ts';

export interface Self {
  readonly name: string;
  readonly region: string;
  readonly url: string;
}

/** What a newcomer does next, so that it is a member and those of its region whose pods are gone are not. */
export type Step =
  | { readonly do: 'remove'; readonly member: Member }
  | { readonly do: 'add' }
  | { readonly do: 'start'; readonly members: readonly Member[] };

/** `livingUrls`: peer URLs of the pods that the address book has. */
export function nextStep(members: readonly Member[], self: Self, livingUrls: ReadonlySet<string>): Step {
  const gone = members.find(({ name, peerURLs }) => {
    // A member that has started once is of a life whose disk is lost: the newcomer's is empty.
    if (peerURLs.includes(self.url)) return name !== '';
    return name.startsWith(`${self.region}.`) && !peerURLs.some((url) => livingUrls.has(url));
  });
  if (gone) return { do: 'remove', member: gone };
  return members.some(({ peerURLs }) => peerURLs.includes(self.url)) ? { do: 'start', members } : { do: 'add' };
}

/** Of a member that ends: whether another of its region has taken its place already. */
export function isReplaced(members: readonly Member[], self: Self): boolean {
  return members.some(({ name, isLearner }) => name !== self.name && name.startsWith(`${self.region}.`) && !isLearner);
}

type Question = (member: EtcdMember) => Promise<unknown>;

/** Asks one member, by a connection of its own. Rejects with a MemberFailure. */
export async function asking<T>(at: Pick<Endpoint, 'host' | 'port'>, question: (member: EtcdMember) => Promise<T>) {
  const member = new EtcdMember(at, { requireLeader: false });
  try {
    return await question(member);
  } finally {
    member.close();
  }
}

export const listMembers = (member: EtcdMember, linearizable: boolean): Promise<MemberListAnswer> =>
  member.call(methods.memberList, { linearizable }, storeDefaults.askMs);

/** Takes one step towards being a member; the members to start with when there is none left to take. */
export async function join(
  at: Pick<Endpoint, 'host' | 'port'>,
  self: Self,
  livingUrls: ReadonlySet<string>,
): Promise<{ readonly step: Step['do']; readonly members?: readonly Member[] }> {
  return asking(at, async (member) => {
    // What only one member remembers may be old.
    const { members } = await listMembers(member, true);
    const step = nextStep(members, self, livingUrls);
    if (step.do === 'remove') await member.call(methods.memberRemove, { ID: step.member.ID }, 2 * storeDefaults.askMs);
    if (step.do === 'add') {
      const request = { peerURLs: [self.url], isLearner: true };
      await member.call<MemberAddAnswer>(methods.memberAdd, request, 2 * storeDefaults.askMs);
    }
    return step.do === 'start' ? { step: step.do, members: step.members } : { step: step.do };
  });
}

export interface Standing {
  /** The member's own etcd. */
  readonly at: Pick<Endpoint, 'host' | 'port'>;
  readonly others: () => readonly Endpoint[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Resolves when this member votes: a learner is promoted once it has caught up. Asks until the signal aborts. */
export async function standing({ at, others, clock, signal }: Standing): Promise<void> {
  while (!signal.aborted) {
    try {
      const { header, isLearner, leader } = await asking(at, (own) =>
        own.call<StatusAnswer>(methods.status, {}, storeDefaults.askMs),
      );
      if (!isLearner && leader !== '0') return;
      if (isLearner) await firstThatDoes(others(), (other) => promote(other, header.member_id));
    } catch (thrown) {
      if (!(thrown instanceof MemberFailure)) throw thrown;
    }
    await clock.sleep(storeDefaults.lookMs, signal).catch(() => undefined);
  }
}

const promote = (member: EtcdMember, id: string) =>
  member.call(methods.memberPromote, { ID: id }, 2 * storeDefaults.askMs);

/** Rejects with the last failure. */
export async function firstThatDoes(endpoints: readonly Endpoint[], question: Question): Promise<void> {
  let last: unknown = new MemberFailure('unavailable', 'no other member is known', { untouched: true });
  for (const endpoint of endpoints) {
    try {
      await asking(endpoint, question);
      return;
    } catch (thrown) {
      if (!(thrown instanceof MemberFailure)) throw thrown;
      last = thrown;
    }
  }
  throw last;
}
