/** Runs in the network namespace of a test's node. */
import { showBridged } from '../bridged.ts';

showBridged();
