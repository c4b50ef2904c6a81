import { activations, dense, normalize, oracleStack, type Points } from '../../transformer/test/oracle';
import type { BertModel } from '../src/index';

/** A whole BERT in float64 loops, at every point. Activations are those of the config; weights those of the model. */
export function bertOracle(
  model: BertModel,
  inputs: { ids: number[]; mask?: number[]; types?: number[]; shape: [number, number] },
): Points {
  const { config, weights, order } = model;
  const [batch, length] = inputs.shape;
  const d = config.hidden_size;
  const activation = ({ gelu: 'gelu', gelu_new: 'gelu-tanh', relu: 'relu' } as const)[config.hidden_act]!;
  const points: Points = {};
  const values = (name: string) => weights[name]!.dataSync();
  const linear = (name: string) =>
    ({ weight: weights[`${name}.weight`], bias: weights[`${name}.bias`], orientation: 'out-in' }) as never;
  const norm = (name: string) => ({ gain: weights[`${name}.weight`], bias: weights[`${name}.bias`] }) as never;

  const words = values('bert.embeddings.word_embeddings.weight');
  const positions = values('bert.embeddings.position_embeddings.weight');
  const types = values('bert.embeddings.token_type_embeddings.weight');
  const summed = Float64Array.from({ length: batch * length * d }, (_, i) => {
    const token = Math.floor(i / d);
    const k = i % d;
    return (
      words[inputs.ids[token]! * d + k]! +
      positions[(token % length) * d + k]! +
      types[(inputs.types?.[token] ?? 0) * d + k]!
    );
  });
  points.embeddings = normalize(summed, norm('bert.embeddings.LayerNorm'), config.layer_norm_eps);
  const hidden = oracleStack({
    x: points.embeddings,
    batch,
    length,
    blocks: model.blocks,
    settings: {
      heads: config.num_attention_heads,
      norm: 'post',
      activation,
      epsilon: config.layer_norm_eps,
      skips: { attention: config.skips.attention, feedForward: config.skips.feed_forward },
    },
    order,
    mask: inputs.mask,
    causal: false,
    points,
  });
  if (model.heads.includes('pooler')) {
    const first = Float64Array.from({ length: batch * d }, (_, i) => hidden[Math.floor(i / d) * length * d + (i % d)]!);
    points.pooler = dense(first, linear('bert.pooler.dense')).map(Math.tanh);
  }
  if (model.heads.includes('classifier')) points['classifier.logits'] = dense(points.pooler!, linear('classifier'));
  if (model.heads.includes('mlm')) {
    const transformed = dense(hidden, linear('cls.predictions.transform.dense')).map(activations[activation]);
    points['mlm.transform'] = normalize(
      transformed,
      norm('cls.predictions.transform.LayerNorm'),
      config.layer_norm_eps,
    );
    points['mlm.logits'] = dense(points['mlm.transform'], {
      weight: weights['cls.predictions.decoder.weight'] ?? weights['bert.embeddings.word_embeddings.weight'],
      bias: weights['cls.predictions.decoder.bias'] ?? weights['cls.predictions.bias'],
      orientation: 'out-in',
    } as never);
  }
  return points;
}
