import { api } from '../model/device.ts';
import { useAsked } from '../model/use-asked.ts';
import { moneyText } from '../model/words.ts';
import { Empty, Shown } from '../parts/states.tsx';

interface Bill {
  readonly id: string;
  readonly plan: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: string;
  readonly atMs: number;
}

export function Bills() {
  const asked = useAsked('bills', async () => {
    const { value } = await api.own<{ bills: readonly Bill[] }>('/v1/bills');
    return value.bills;
  });
  return (
    <section aria-label="Bills">
      <h2>Bills</h2>
      <Shown asked={asked} what="your bills">
        {(bills) =>
          bills.length === 0 ? (
            <Empty>Nothing was charged.</Empty>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">Date</th>
                  <th scope="col">Plan</th>
                  <th scope="col">Amount</th>
                  <th scope="col">State</th>
                </tr>
              </thead>
              <tbody>
                {bills.map((bill) => (
                  <tr key={bill.id} data-bill={bill.state}>
                    <td>{new Date(bill.atMs).toLocaleDateString('en')}</td>
                    <td>{bill.plan}</td>
                    <td>{moneyText(bill.amountMinor, bill.currency)}</td>
                    <td>{bill.state}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Shown>
    </section>
  );
}
