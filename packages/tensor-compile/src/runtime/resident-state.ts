import * as tf from '@tensorflow/tfjs-core';
import { type HostData, type HostType, hostData } from '../host-tensor';
import { Graph } from '../onnx/graph';
import { writeModel } from '../onnx/model';
import type { OnnxRuntime, OrtSession, OrtTensor } from './onnxruntime';
import type { Provider } from './provider';

interface Resident {
  current: OrtTensor;
  /** On the CPU: the tensor for the next value, so that a step allocates nothing. */
  spare: OrtTensor | undefined;
  /** The session that made `current`; undefined for a host tensor. */
  owner: OrtSession | undefined;
  /** Whether `current` is the variable's own array, which must not be written. */
  borrowed: boolean;
  /** The array in which its values stay, and which others may write to. */
  home?: Float32Array;
}

/** Values of variables that stay in the engine between runs, shared by all graphs of one executor. */
export class ResidentState {
  readonly #ort: OnnxRuntime;
  readonly #provider: Provider;
  readonly #residents = new Map<tf.Variable, Resident>();
  readonly #copies = new Map<string, Promise<OrtSession>>();

  constructor(ort: OnnxRuntime, provider: Provider) {
    this.#ort = ort;
    this.#provider = provider;
  }

  /** Makes variables resident, unless they already are. */
  async admit(variables: readonly tf.Variable[]): Promise<void> {
    for (const variable of this.#residents.keys()) if (variable.isDisposed) this.#drop(variable);
    for (const variable of variables)
      if (!this.#residents.has(variable))
        this.#residents.set(variable, { ...(await this.#upload(variable)), spare: undefined });
  }

  current(variable: tf.Variable): OrtTensor {
    return this.#residents.get(variable)!.current;
  }

  /** A tensor for the next value, if the engine accepts one. */
  spare(variable: tf.Variable): OrtTensor | null {
    if (!this.#provider.writesInPlace) return null;
    const resident = this.#residents.get(variable)!;
    const { current } = resident;
    resident.spare ??= this.#tensor(variable.dtype as HostType, (current.data as HostData).slice(), current.dims);
    return resident.spare;
  }

  /** Keeps the values of a float32 variable on the host in that array from now on. */
  settle(variable: tf.Variable, home: Float32Array): void {
    const resident = this.#residents.get(variable)!;
    if (resident.home === home) return;
    home.set(resident.current.data as Float32Array);
    resident.current = this.#tensor('float32', home, variable.shape);
    resident.home = home;
    resident.borrowed = false;
  }

  commit(variable: tf.Variable, next: OrtTensor, owner: OrtSession): void {
    const resident = this.#residents.get(variable)!;
    const { current, home } = resident;
    if (home) {
      home.set(next.data as Float32Array);
      return;
    }
    resident.current = next;
    resident.owner = owner;
    if (this.#provider.resident) current.dispose();
    else if (this.#provider.writesInPlace && !resident.borrowed) resident.spare = current;
    resident.borrowed = false;
  }

  /**
   * Copies the tensors that `session` made into tensors of a session that stays. A tensor on the device must not outlive its
   * session: onnxruntime-node 1.30 would free it twice and abort the process.
   */
  async rehome(session: OrtSession): Promise<void> {
    if (!this.#provider.resident) return;
    for (const resident of this.#residents.values()) {
      if (resident.owner !== session) continue;
      const { current } = resident;
      const owner = await this.#copy(current.type as HostType, current.dims, 'gpu-buffer');
      resident.current = (await owner.run({ x: current }, { y: null })).y!;
      resident.owner = owner;
      current.dispose();
    }
  }

  async pull(variables: readonly tf.Variable[] = [...this.#residents.keys()]): Promise<void> {
    for (const variable of variables) {
      const resident = this.#residents.get(variable);
      if (!resident || variable.isDisposed) continue;
      const data = await this.#download(variable.dtype as HostType, resident.current);
      tf.tidy(() => {
        variable.assign(tf.tensor(data, variable.shape, variable.dtype));
      });
    }
  }

  async push(variables: readonly tf.Variable[] = [...this.#residents.keys()]): Promise<void> {
    for (const variable of variables) {
      const resident = this.#residents.get(variable);
      if (!resident) continue;
      if (variable.isDisposed) {
        this.#drop(variable);
        continue;
      }
      const { current, home } = resident;
      if (home) {
        home.set(await variable.data());
        continue;
      }
      Object.assign(resident, await this.#upload(variable));
      if (this.#provider.resident) current.dispose();
    }
  }

  /** Drops all values. Call it before the sessions that made them are released. */
  clear(): void {
    for (const variable of [...this.#residents.keys()]) this.#drop(variable);
  }

  async dispose(): Promise<void> {
    this.clear();
    const sessions = [...this.#copies.values()];
    this.#copies.clear();
    for (const session of sessions) await (await session).release();
  }

  #drop(variable: tf.Variable): void {
    const resident = this.#residents.get(variable);
    if (resident && this.#provider.resident) resident.current.dispose();
    this.#residents.delete(variable);
  }

  #tensor(dtype: HostType, data: HostData, dims: readonly number[]): OrtTensor {
    return new this.#ort.Tensor(dtype, data, dims);
  }

  /** On the host a variable is not copied, so a large model takes its memory once, until a step assigns to it. */
  async #upload(variable: tf.Variable): Promise<Omit<Resident, 'spare'>> {
    if (variable.isDisposed) throw new Error(`The variable '${variable.name}' was disposed.`);
    const dtype = variable.dtype as HostType;
    const { shape } = variable;
    const host = this.#tensor(dtype, hostData(dtype, await variable.data()), shape);
    if (!this.#provider.resident) return { current: host, owner: undefined, borrowed: true };
    const owner = await this.#copy(dtype, shape, 'gpu-buffer');
    return { current: (await owner.run({ x: host }, { y: null })).y!, owner, borrowed: false };
  }

  /**
   * Reads a tensor with a graph that copies it to the host: reading the data of a tensor on the device aborts the process in
   * onnxruntime-node 1.30.
   */
  async #download(dtype: HostType, tensor: OrtTensor): Promise<HostData> {
    if (tensor.location === 'cpu') return (tensor.data as HostData).slice();
    const { y } = await (await this.#copy(dtype, tensor.dims, 'cpu')).run({ x: tensor }, { y: null });
    return y!.data as HostData;
  }

  #copy(dtype: HostType, shape: readonly number[], to: 'cpu' | 'gpu-buffer'): Promise<OrtSession> {
    const key = `${dtype}[${shape}]${to}`;
    let session = this.#copies.get(key);
    if (!session) {
      const graph = new Graph(this.#provider.dialect);
      const x = graph.input('x', dtype, shape);
      const y = graph.outputs([x])[0]!;
      const { bytes } = writeModel(graph, [{ name: 'x', value: x }], [{ name: 'y', value: y }]);
      session = this.#ort.InferenceSession.create(bytes, {
        ...this.#provider.sessionOptions(),
        preferredOutputLocation: to,
      });
      this.#copies.set(key, session);
    }
    return session;
  }
}
