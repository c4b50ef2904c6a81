import { platform } from '#platform';
import type { Engine } from './engine';
import type { HostType } from './host-tensor';
import { Lanes } from './lanes';
import { writeModel } from './onnx/model';
import type { Value } from './onnx/value';
import type { Program, Source } from './program-cache';
import { createError } from './runtime/create-error';
import { sessionError } from './runtime/onnxruntime';
import { type InputSpec, type Trace, trace } from './trace/trace';
import { flattenTensors, type Structure } from './tree';

/** Traces a function for inputs of these shapes, and makes a session of its graph. */
export async function buildProgram(
  source: Source,
  specs: readonly InputSpec[],
  structure: Structure,
  { ort, provider, options, state }: Engine,
): Promise<Program> {
  const { name } = source;
  let result: Structure = [];
  const record = () =>
    trace(
      (inputs) => {
        const flat = flattenTensors(source.body(inputs, structure));
        if (flat.leaves.length === 0) throw new Error(`The function '${name}' returned no tensors.`);
        result = flat.structure;
        return flat.leaves;
      },
      specs,
      source.state,
      provider.dialect,
    );
  const traced = (run: () => Trace): Trace => {
    try {
      return source.traced ? source.traced(run) : run();
    } catch (error) {
      const noRoom = error instanceof RangeError && /allocation failed/.test(error.message);
      throw noRoom ? sessionError(error, `Compiling '${name}' for ${provider.description} failed`) : error;
    }
  };
  let recorded = traced(record);
  if (recorded.unlisted.length > 0 && source.discovers) {
    source.state.push(...recorded.unlisted);
    recorded = traced(record);
  }
  if (recorded.unlisted.length > 0)
    throw new Error(
      `The function '${name}' assigned the variable${recorded.unlisted.length === 1 ? '' : 's'} '${recorded.unlisted.map((v) => v.name).join("', '")}', which a compiled graph can only do to variables listed in 'state'.`,
    );

  const written = recorded.state.flatMap(({ variable, output }, i) =>
    output ? [{ variable, name: `next${i}`, value: output }] : [],
  );
  const outputs = [...recorded.outputs, ...recorded.bounds].map((value, i) => ({ name: `output${i}`, value }));
  const stateInputs = recorded.state.map(({ input, output, variable }, i) => {
    return { name: `state${i}`, value: input, variable, weight: !output };
  });
  const { precision } = source;
  const { dataFile } = provider;
  const inputs = [...recorded.inputs, ...stateInputs];
  const model = writeModel(recorded.graph, inputs, [...outputs, ...written], { precision, dataFile });
  const needed = new Set(model.inputs.map((input) => input.value));

  await state.admit(
    recorded.state.filter(({ input, output }) => output || needed.has(input)).map(({ variable }) => variable),
  );
  const profile = options.allowFallback && provider.name !== 'cpu' ? platform.profile?.(provider.name) : undefined;
  const sessionOptions = {
    ...provider.sessionOptions(Math.floor(provider.threads / (source.lanes ?? 1))),
    // onnxruntime copies these while it makes the session.
    externalData: model.external.map(({ file, bytes }) => ({ path: file, data: bytes })),
  };
  const session = await ort.InferenceSession.create(model.bytes, {
    ...sessionOptions,
    ...profile?.sessionOptions,
    ...(provider.resident
      ? {
          preferredOutputLocation: Object.fromEntries([
            ...outputs.map((output) => [output.name, 'cpu' as const]),
            ...written.map((output) => [output.name, 'gpu-buffer' as const]),
          ]),
        }
      : {}),
  }).catch((error: unknown) => {
    throw createError(error, name, provider, model.operators);
  });
  const reads = stateInputs.filter(({ value }) => needed.has(value));
  const fed = recorded.inputs.flatMap(({ value }, i) => (needed.has(value) ? [i] : []));
  const lanes =
    source.lanes &&
    (await Lanes.open(
      source.lanes,
      model.bytes,
      sessionOptions,
      { inputs: fed.map((i) => specs[i]!), weights: reads.map(specOf), outputs: outputs.map(specOf) },
      (error) => sessionError(error, `A thread of '${name}' on ${provider.description} failed`),
    ).catch(async (error: unknown) => {
      await session.release();
      throw error;
    }));
  return {
    session,
    lanes: lanes || undefined,
    structure: result,
    outputs: outputs.map((output) => ({ name: output.name, type: output.value.type as HostType })),
    inputs: fed,
    reads,
    writes: written,
    checks: recorded.checks,
    profile,
  };
}

const specOf = ({ name, value }: { name: string; value: Value }): InputSpec => ({
  name,
  dtype: value.type as HostType,
  shape: value.shape,
});
