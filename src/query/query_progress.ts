/** How far a query has come. */
import { ProgressLine, type ProgressOptions, progressBar } from "../text/progress.js";
import type { Engine } from "./engine.js";
import type { FlowInputs } from "./flow_inputs.js";
import type { InputOctets } from "./input_octets.js";

/** Milliseconds that a query may take without a bar. */
const PATIENCE = 1000;

/** Shows the progress of the engine's queries until it is stopped. */
export async function showQueryProgress(
  engine: Engine,
  inputs: FlowInputs,
  options: ProgressOptions = {},
): Promise<ProgressLine> {
  await engine.measureProgress();
  const text = (elapsed: number) => queryProgress(inputs.octets, engine.progress, elapsed);
  return new ProgressLine(text, { after: PATIENCE, ...options });
}

/**
 * The bar's text: the share of the files that has been read here, or of what the engine reads itself.
 *
 * @param octets undefined when no file is read here
 * @param percentage the engine's, below 0 when it is not known
 * @param elapsed seconds
 */
export function queryProgress(octets: InputOctets | undefined, percentage: number, elapsed: number): string {
  const time = `${elapsed.toFixed(1)} s`;
  if (octets === undefined) return percentage < 0 ? time : `${progressBar(percentage / 100)} ${time}`;
  const { read, total } = octets;
  const volume = `${(read / 1e6).toFixed(1)} MB read in ${time}`;
  return total === undefined || total === 0 ? volume : `${progressBar(read / total)} ${volume}`;
}
