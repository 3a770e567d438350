import { useEffect, useRef } from 'react';

interface HeadingProps {
  readonly children: string;
  /** For who reads the screen alone; those who see it know where they are. */
  readonly unseen?: boolean;
}

/** A route's own heading: gives the document its name, and takes the focus when the viewer has come here from elsewhere. */
export function Heading({ children, unseen = false }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = children === 'Home' ? 'Faultflix' : `${children} · Faultflix`;
    if (arrivals.taken !== arrivals.count) {
      arrivals.taken = arrivals.count;
      heading.current?.focus({ preventScroll: true });
    }
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1} className={unseen ? 'hidden' : undefined}>
      {children}
    </h1>
  );
}

/** The first page of all leaves the focus at the document's beginning, as pages do. */
const arrivals = { count: 0, taken: 0 };

/** Another route is shown from now on. */
export function arrived(): void {
  arrivals.count += 1;
  scrollTo(0, 0);
}
