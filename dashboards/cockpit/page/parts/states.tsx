import { Bullseye, ClipboardCopy, EmptyState, EmptyStateBody, EmptyStateFooter, Spinner } from '@patternfly/react-core';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon.js';
import { FlaskIcon } from '@patternfly/react-icons/dist/esm/icons/flask-icon.js';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon.js';
import type { ReactNode } from 'react';
import type { Health } from '../model/health.ts';
import { Prose } from './prose.tsx';

/** State `loading`: nothing is known yet, and nothing went wrong. */
export function LoadingState({ what }: { readonly what: string }) {
  return (
    <Bullseye data-state="loading">
      <div role="status" className="ff-loading">
        <Spinner size="lg" aria-hidden />
        Reading {what} from the cluster…
      </div>
    </Bullseye>
  );
}

/** State `error` with nothing to show: what went wrong and what to do. */
export function ErrorState({ error: { what, detail, todo } }: { readonly error: Extract<Health, { kind: 'error' }> }) {
  return (
    <EmptyState data-state="error" status="danger" icon={ExclamationCircleIcon} titleText={what} headingLevel="h1">
      <EmptyStateBody>
        <p className="ff-detail">{detail}</p>
        <p>
          <Prose>{todo}</Prose>
        </p>
      </EmptyStateBody>
    </EmptyState>
  );
}

/** State `empty`: all is well, and there is nothing yet. */
export function EmptyExperiments() {
  return (
    <EmptyState data-state="empty" icon={FlaskIcon} titleText="No experiment yet" headingLevel="h1">
      <EmptyStateBody>This cluster has never run one. Start one in a terminal; it appears here at once.</EmptyStateBody>
      <EmptyStateFooter>
        <CommandLine>npm run faultflix -- run scenarios/first-light.yaml</CommandLine>
      </EmptyStateFooter>
    </EmptyState>
  );
}

export function EmptyPlatform() {
  return (
    <EmptyState data-state="empty" icon={SearchIcon} titleText="No pod of Faultflix" headingLevel="h1">
      <EmptyStateBody>Nothing of the platform is deployed on this cluster. This deploys it:</EmptyStateBody>
      <EmptyStateFooter>
        <CommandLine>npm start</CommandLine>
      </EmptyStateFooter>
    </EmptyState>
  );
}

export function NoSuchRun({ name, children }: { readonly name: string; readonly children?: ReactNode }) {
  return (
    <EmptyState data-state="missing" icon={SearchIcon} titleText={`No experiment ${name}`} headingLevel="h1">
      <EmptyStateBody>
        It may have been deleted. <a href="#/experiments">All experiments of this cluster</a>
      </EmptyStateBody>
      {children}
    </EmptyState>
  );
}

function CommandLine({ children }: { readonly children: string }) {
  return (
    <ClipboardCopy isReadOnly hoverTip="Copy" clickTip="Copied" textAriaLabel="Command" className="ff-command">
      {children}
    </ClipboardCopy>
  );
}
