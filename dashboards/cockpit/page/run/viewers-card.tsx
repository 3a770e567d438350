import { wholeSeconds } from '../model/format.ts';
import type { RunModel, ViewersModel } from '../model/run.ts';
import { Chart } from '../parts/chart.tsx';
import { Figures } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';

/** What viewers see: figures of the last second and curves of the run. */
export function ViewersCard({ viewers, stage }: { readonly viewers: ViewersModel; readonly stage: RunModel['stage'] }) {
  const { figures, silentMs, series, bands } = viewers;
  const latest = (label: string) => figures.find((figure) => figure.label.startsWith(label))?.value ?? '';
  const curve = { seconds: series.seconds, bands };
  return (
    <Panel
      id="viewers"
      title={stage === 'complete' ? 'Viewers in the whole run' : 'Viewers now'}
      aside={
        silentMs === undefined ? undefined : (
          <span className="ff-note ff-bad">no new figures for {wholeSeconds(silentMs)}</span>
        )
      }
    >
      <div className={silentMs === undefined ? undefined : 'ff-faded'}>
        <Figures figures={figures} large />
      </div>
      {series.seconds.length === 0 ? (
        <p className="ff-note">
          {stage === 'complete' ? 'No viewer measurement was recorded.' : 'Curves begin with the first figures.'}
        </p>
      ) : (
        <div className="ff-charts">
          <Chart
            title="Starts a second"
            values={series.sps}
            latest={latest('Starts a second')}
            atLeast={1}
            {...curve}
          />
          <Chart title="Errors, %" values={series.errorPercent} latest={latest('Errors')} atLeast={1} {...curve} />
          <Chart
            title="Start-up p95, ms"
            values={series.startupP95Ms}
            latest={latest('Start-up p95')}
            atLeast={500}
            {...curve}
          />
          <Chart
            title="Rebuffering, %"
            values={series.rebufferPercent}
            latest={latest('Rebuffering')}
            atLeast={1}
            {...curve}
          />
        </div>
      )}
    </Panel>
  );
}
