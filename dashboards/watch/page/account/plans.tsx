import { useRef, useState } from 'react';
import { type ApiError, asApiError } from '../model/api-error.ts';
import { api } from '../model/device.ts';
import { useAsked } from '../model/use-asked.ts';
import { moneyText } from '../model/words.ts';
import { announce } from '../parts/announce.tsx';
import { Shown, Trouble } from '../parts/states.tsx';

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly maxStreams: number;
  readonly maxHeight: number;
}

export interface Subscription {
  /** Absent: none was ever taken. */
  readonly plan?: Plan;
  readonly state: string;
  readonly periodEndMs: number;
}

interface PlansProps {
  readonly subscription: Subscription;
  /** Of the account: prices are of a country. */
  readonly country: string;
  readonly onChanged: () => void;
}

export function Plans({ subscription, country, onChanged }: PlansProps) {
  const asked = useAsked(
    'plans',
    async () =>
      (await api.plain<{ plans: readonly Plan[] }>(`/v1/plans?country=${encodeURIComponent(country)}`, undefined)).value
        .plans,
  );
  const [problem, setProblem] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  // One wish, one key: pressing again after an answer that got lost must not charge again.
  const wish = useRef<{ plan: string; key: string }>(undefined);

  const change = async (plan: string | undefined) => {
    setBusy(true);
    setProblem(undefined);
    try {
      if (plan === undefined) await api.own('/v1/subscription', { method: 'DELETE' });
      else {
        if (wish.current?.plan !== plan) wish.current = { plan, key: crypto.randomUUID() };
        const body = { plan, card: 'card-good' };
        await api.own('/v1/subscription', { method: 'POST', body, key: wish.current.key });
      }
      wish.current = undefined;
      announce(plan === undefined ? 'The plan ends with its period' : `Your plan is ${plan}`);
      onChanged();
    } catch (thrown) {
      setProblem(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };

  const { plan: current, state, periodEndMs } = subscription;
  const paid = current !== undefined && current.id !== 'free';
  return (
    <section aria-label="Plan" data-plan={current?.id ?? 'free'} data-subscription={state}>
      <h2>Plan: {current?.name ?? 'free'}</h2>
      {paid && (
        <p>
          {state}, until {new Date(periodEndMs).toLocaleDateString('en')}
        </p>
      )}
      {problem && <Trouble error={problem} />}
      <Shown asked={asked} what="the plans">
        {(plans) => (
          <ul className="grid">
            {plans
              .filter(({ id }) => id !== 'free')
              .map((plan) => (
                <li key={plan.id} className="plan">
                  <strong>{plan.name}</strong>
                  <span>{moneyText(plan.priceMinor, plan.currency)} a month</span>
                  <span>
                    {plan.maxStreams} at a time, up to {plan.maxHeight}p
                  </span>
                  <button
                    type="button"
                    disabled={busy || plan.id === current?.id}
                    onClick={() => void change(plan.id)}
                    data-choose={plan.id}
                  >
                    {plan.id === current?.id ? 'Yours' : 'Choose'}
                    <span className="hidden"> {plan.name}</span>
                  </button>
                </li>
              ))}
          </ul>
        )}
      </Shown>
      {paid && state === 'active' && (
        <button type="button" disabled={busy} onClick={() => void change(undefined)}>
          Cancel at the end of the period
        </button>
      )}
    </section>
  );
}
