import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { BillingDefinition } from '#contracts/generated/faultflix/billing/v1/Billing.ts';
import type { Subscription as SubscriptionMessage } from '#contracts/generated/faultflix/billing/v1/Subscription.ts';
import type { Handlers, ServerCall } from '#kit/context.ts';
import type { Transaction } from '#platform/stores/store.ts';
import { lastCharge } from './bills.ts';
import { type Documents, write } from './changes.ts';
import type { Charging } from './charging.ts';
import { asked, bills, charges, type Subscription, subscriptions } from './collections.ts';
import { entitled } from './lifecycle.ts';
import { currencyOf, isPaidPlan, type PaidPlanId, planIds, planIn, plansIn } from './plans.ts';
import { cancel, subscribe } from './wishes.ts';

export interface BillingParts {
  readonly store: Documents;
  readonly charging: Pick<Charging, 'settle'>;
  readonly clock: Clock;
}

const ASKED_TTL_MS = 30 * 86_400_000;
/** What a request begins it brings to its end itself, in this time; then any pod's duties do. */
const OWN_MS = 15_000;
/** Kept of the caller's time for the store, and for the way back. */
const RESERVE_MS = 600;
const LEAST_MS = 150;
const MOST_MS = 3_000;
const PAGE = { standard: 20, most: 100 } as const;

export function billingHandlers({ store, charging, clock }: BillingParts): Handlers<BillingDefinition> {
  const viewOf = async (account: string) => view(account, await store.get(subscriptions, account), clock.now());

  return {
    listPlans: ({ country }) => ({ plans: [...plansIn(country)] }),

    getSubscription: ({ account }) => viewOf(checkedAccount(account)),

    async subscribe({ account, plan, country, card }, call) {
      const wish = { account: checkedAccount(account), plan: checkedPlan(plan), country, card: checkedCard(card) };
      currencyOf(country);
      const key = keyOf(call);
      const nowMs = clock.now();
      const bill = await store.transact((tx) => begin(tx, { ...wish, key, nowMs }));
      if (bill === undefined) return viewOf(account);
      const open = await store.get(bills, bill);
      const timeoutMs = chargeTimeMs(call, clock.now());
      if (open?.state === 'open' && timeoutMs >= LEAST_MS) await charging.settle(lastCharge(open), { timeoutMs });
      return answerOf(account, bill);
    },

    async cancel({ account }) {
      checkedAccount(account);
      await store.transact(async (tx) => write(tx, cancel(await knownOf(tx, account), clock.now())));
      return viewOf(account);
    },

    async listBills({ account, pageSize, pageToken }) {
      const prefix = `${checkedAccount(account)}.`;
      if (pageToken !== '' && !(pageToken.startsWith(prefix) && pageToken.length < 100))
        throw new FaultflixError('bad-input', 'not a page of these bills', { where: 'page_token' });
      if (pageSize < 0 || pageSize > PAGE.most)
        throw new FaultflixError('bad-input', 'not a page size', { where: 'page_size', expected: `0 to ${PAGE.most}` });
      const after = pageToken === '' ? {} : { after: pageToken };
      const page = await store.list(bills, { prefix, limit: pageSize || PAGE.standard, ...after });
      const listed = page.items.map(({ value: { id, plan, amountMinor, currency, state, atMs } }) => ({
        ...{ id, plan, amountMinor, currency, state, atMs },
      }));
      return { bills: listed, nextPageToken: page.nextAfter ?? '' };
    },
  };

  /** Refused: what it was refused for. Not known yet: `pending`, also of a change, whose subscription goes on as it was. */
  async function answerOf(account: string, id: string): Promise<SubscriptionMessage> {
    const bill = await store.get(bills, id);
    if (bill?.state === 'refused' || (bill?.state === 'open' && bill.dunning !== undefined))
      throw new FaultflixError('forbidden', 'the card was refused', {
        expected: 'a card that its bank accepts',
        where: 'card',
        todo: 'card-declined',
      });
    const answer = await viewOf(account);
    return bill?.state === 'open' ? { ...answer, state: 'pending' } : answer;
  }
}

interface Begun {
  readonly account: string;
  readonly plan: PaidPlanId;
  readonly country: string;
  readonly card: string;
  readonly key: string;
  readonly nowMs: number;
}

/** Writes the wish down under its key, once; resolves with the bill that it hangs on, if any. */
async function begin(tx: Transaction, { key, ...wish }: Begun): Promise<string | undefined> {
  const { account, plan, country, card, nowMs } = wish;
  const id = digest(key);
  const fingerprint = digest(JSON.stringify([plan, country, card]));
  const before = await tx.get(asked, `${account}.${id}`);
  if (before !== undefined) {
    if (before.fingerprint === fingerprint) return before.bill;
    throw new FaultflixError('conflict', 'this idempotency key came with another request before', {
      expected: 'the same request again, or a new key',
      where: 'idempotency-key',
    });
  }
  const changes = subscribe(await knownOf(tx, account), { ...wish, id, dueMs: nowMs + OWN_MS });
  write(tx, changes);
  const bill = changes.bill?.id;
  const record = { fingerprint, atMs: nowMs, ...(bill === undefined ? {} : { bill }) };
  tx.put(asked, `${account}.${id}`, record, { ttlMs: ASKED_TTL_MS });
  return bill;
}

async function knownOf(tx: Transaction, account: string) {
  const subscription = await tx.get(subscriptions, account);
  const bill = subscription?.openBill === undefined ? undefined : await tx.get(bills, subscription.openBill);
  const charge = bill === undefined || bill.attempts === 0 ? undefined : await tx.get(charges, lastCharge(bill));
  return { subscription, bill, charge };
}

/** As callers see it: what is not entitled to a plan has `free`, and a cancelled one ends with its time, not with a duty. */
export function view(account: string, subscription: Subscription | undefined, nowMs: number): SubscriptionMessage {
  if (subscription === undefined)
    return { account, plan: planIn('free', 'USD'), state: 'none', periodStartMs: 0, periodEndMs: 0 };
  const { plan, currency, periodStartMs, periodEndMs } = subscription;
  const state =
    subscription.state === 'cancelled' && periodEndMs <= nowMs && !subscription.openBill ? 'ended' : subscription.state;
  return { account, plan: planIn(entitled(state) ? plan : 'free', currency), state, periodStartMs, periodEndMs };
}

function chargeTimeMs({ request }: ServerCall, nowMs: number): number {
  const { deadlineAtMs } = request;
  // Half of it, since what is asked before and after the charge may take as long together: `Charging.settle`.
  return deadlineAtMs === undefined ? MOST_MS : Math.min(MOST_MS, Math.floor((deadlineAtMs - nowMs - RESERVE_MS) / 2));
}

function keyOf({ idempotencyKey }: ServerCall): string {
  if (idempotencyKey !== undefined && idempotencyKey.length >= 1 && idempotencyKey.length <= 200) return idempotencyKey;
  throw new FaultflixError('bad-input', 'no idempotency key', {
    where: 'idempotency-key',
    expected: '1 to 200 characters',
    todo: 'send a new key with each wish, and the same one when you try it again',
  });
}

/** Ids are parts of keys: what could be mistaken for two of them is none. */
function checkedAccount(account: string): string {
  if (/^[\w-]{1,64}$/.test(account)) return account;
  throw new FaultflixError('bad-input', 'not an account', { where: 'account', received: account.slice(0, 80) });
}

function checkedPlan(plan: string): PaidPlanId {
  if (isPaidPlan(plan)) return plan;
  throw new FaultflixError('bad-input', 'not a plan that can be paid for', {
    where: 'plan',
    expected: planIds.filter(isPaidPlan).join(', '),
    received: plan.slice(0, 40),
    ...(plan === 'free' ? { todo: 'cancel the subscription instead' } : {}),
  });
}

/** Never says what came: it may be a card's number. */
function checkedCard(card: string): string {
  if (/^[a-z][\w-]{0,99}$/.test(card)) return card;
  throw new FaultflixError('bad-input', 'not a token of the card network', {
    where: 'card',
    expected: 'such as card-good',
  });
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 27);
