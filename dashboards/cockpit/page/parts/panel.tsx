import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';

export interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** What stands at the right of the title. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A card with a heading, dense. */
export function Panel({ id, title, aside, className = '', children }: PanelProps) {
  return (
    <Card
      id={id}
      component="section"
      isCompact
      className={`ff-panel ff-${id} ${className}`}
      aria-labelledby={`${id}-title`}
    >
      <CardHeader {...(aside === undefined ? {} : { actions: { actions: aside, hasNoOffset: true } })}>
        <CardTitle component="h2" id={`${id}-title`}>
          {title}
        </CardTitle>
      </CardHeader>
      <CardBody>{children}</CardBody>
    </Card>
  );
}
