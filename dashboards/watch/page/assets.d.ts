/** Style sheets are Vite's; to the compiler they are modules without exports. */
declare module '*.css';
