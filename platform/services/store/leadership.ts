/**
 * Where the leader should be: every commit and every linearizable read goes through it and from there to a majority, so a
 * leader far from the users makes each of them wait. etcd itself elects whoever asks first. A leader that is farther from
 * the other members than another one hands leadership to that one, once it is known to be well.
 */
import type { Clock } from '#base/clock.ts';
import { distanceMs, type Region, regions } from '#base/names.ts';
import type { Endpoint } from '#kit/context.ts';
import { MemberFailure } from '#platform/stores/engines/etcd/member.ts';
import { type Member, methods, type StatusAnswer } from '#platform/stores/engines/etcd/protocol.ts';
import { asking, listMembers } from './membership.ts';
import { storeDefaults } from './settings.ts';

/** A move costs a moment without a leader: not worth it for less than this. */
const WORTH_IT = 0.8;
const LOOK_MS = 2_000;
/** A follower so far behind would have to catch up before it could commit: etcd refuses a follower that is not caught up. */
const MOST_BEHIND = 1_000;

const regionOf = ({ name }: Pick<Member, 'name'>): Region | undefined =>
  regions.find((region) => name.startsWith(`${region}.`));

/** Round trips to all members, in sum. */
const awayMs = (from: Region, all: readonly Region[]): number =>
  all.reduce((sum, region) => sum + distanceMs(from, region), 0);

/** The members that would be better leaders than the one in `region`, the best first. Pure. */
export function betterLeaders(members: readonly Member[], region: Region): readonly Member[] {
  const voters = members.filter((member) => !member.isLearner && regionOf(member) !== undefined);
  const all = voters.map((member) => regionOf(member)!);
  const own = awayMs(region, all);
  return voters
    .filter((member) => awayMs(regionOf(member)!, all) < WORTH_IT * own)
    .sort((a, b) => awayMs(regionOf(a)!, all) - awayMs(regionOf(b)!, all));
}

export interface LeadershipOptions {
  /** The member's own etcd. */
  readonly at: Pick<Endpoint, 'host' | 'port'>;
  readonly region: Region;
  readonly others: () => readonly Endpoint[];
  readonly signal: AbortSignal;
  readonly onMoved: (to: string) => void;
  readonly clock: Clock;
}

/** Looks now and then, until the signal aborts. */
export async function keepLeaderNear(options: LeadershipOptions): Promise<void> {
  const { signal, onMoved, clock } = options;
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const to = await moveIfFar(options);
      if (to !== undefined) onMoved(to);
    } catch (thrown) {
      // A member that cannot be asked, or a leader that has just lost it: the next look knows more.
      if (!(thrown instanceof MemberFailure)) throw thrown;
    }
  }
}

/** The name of the member that leads now, if this one led and has handed it over. */
async function moveIfFar({ at, region, others }: LeadershipOptions): Promise<string | undefined> {
  return asking(at, async (own) => {
    const mine = await own.call<StatusAnswer>(methods.status, {}, storeDefaults.askMs);
    if (mine.leader !== mine.header.member_id) return undefined;
    const { members } = await listMembers(own, false);
    for (const member of betterLeaders(members, region)) {
      const endpoint = others().find((each) => each.region === regionOf(member) && each.state === 'ready');
      if (endpoint === undefined) continue;
      const theirs = await asking(endpoint, (other) =>
        other.call<StatusAnswer>(methods.status, {}, storeDefaults.askMs),
      ).catch((thrown: unknown) => {
        if (thrown instanceof MemberFailure) return undefined;
        throw thrown;
      });
      if (theirs?.header.member_id !== member.ID) continue;
      if (Number(mine.raftIndex) - Number(theirs.raftIndex) > MOST_BEHIND) continue;
      await own.call(methods.moveLeader, { targetID: member.ID }, 2 * storeDefaults.askMs);
      return member.name;
    }
    return undefined;
  });
}
