;; AdamW over one memory, four numbers at a time. Every array has `bytes` bytes, a multiple of 16, and holds all variables:
;; weights, first moments, second moments, and one array of gradients for each part of the batch, the parts' arrays in a row.
;; The operations and their order are those of adamw.ts, which is the reference.
(module
  (import "host" "memory" (memory 1))

  ;; Adds the gradients of the other parts to those of the first; returns the sum of the squares, in float64.
  (func (export "gather") (param $gradients i32) (param $bytes i32) (param $parts i32) (result f64)
    (local $at i32) (local $end i32) (local $part i32) (local $stop i32)
    (local $x v128) (local $low v128) (local $high v128) (local $lows v128) (local $highs v128)
    (local.set $at (local.get $gradients))
    (local.set $end (i32.add (local.get $gradients) (local.get $bytes)))
    (local.set $stop (i32.add (local.get $gradients) (i32.mul (local.get $bytes) (local.get $parts))))
    (loop $vectors
      (local.set $x (v128.load (local.get $at)))
      (local.set $part (i32.add (local.get $at) (local.get $bytes)))
      (block $added
        (loop $parts
          (br_if $added (i32.ge_u (local.get $part) (local.get $stop)))
          (local.set $x (f32x4.add (local.get $x) (v128.load (local.get $part))))
          (v128.store (local.get $at) (local.get $x))
          (local.set $part (i32.add (local.get $part) (local.get $bytes)))
          (br $parts)))
      (local.set $low (f64x2.promote_low_f32x4 (local.get $x)))
      (local.set $high (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x))))
      (local.set $lows (f64x2.add (local.get $lows) (f64x2.mul (local.get $low) (local.get $low))))
      (local.set $highs (f64x2.add (local.get $highs) (f64x2.mul (local.get $high) (local.get $high))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $vectors (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $lows (f64x2.add (local.get $lows) (local.get $highs)))
    (f64.add (f64x2.extract_lane 0 (local.get $lows)) (f64x2.extract_lane 1 (local.get $lows))))

  ;; m = m β₁ + g clip;  v = v β₂ + g² clip²;  w = w keep − m / (√v + damping) stepSize
  (func (export "update")
    (param $w i32) (param $m i32) (param $v i32) (param $g i32) (param $bytes i32)
    (param $beta1 f32) (param $beta2 f32) (param $clip f32) (param $clipSquared f32)
    (param $stepSize f32) (param $damping f32) (param $keep f32)
    (local $end i32) (local $gradient v128) (local $first v128) (local $second v128)
    (local.set $end (i32.add (local.get $w) (local.get $bytes)))
    (block $done
      (loop $vectors
        (br_if $done (i32.ge_u (local.get $w) (local.get $end)))
        (local.set $gradient (v128.load (local.get $g)))
        (local.set $first (f32x4.add
          (f32x4.mul (v128.load (local.get $m)) (f32x4.splat (local.get $beta1)))
          (f32x4.mul (local.get $gradient) (f32x4.splat (local.get $clip)))))
        (local.set $second (f32x4.add
          (f32x4.mul (v128.load (local.get $v)) (f32x4.splat (local.get $beta2)))
          (f32x4.mul (f32x4.mul (local.get $gradient) (local.get $gradient)) (f32x4.splat (local.get $clipSquared)))))
        (v128.store (local.get $m) (local.get $first))
        (v128.store (local.get $v) (local.get $second))
        (v128.store (local.get $w) (f32x4.sub
          (f32x4.mul (v128.load (local.get $w)) (f32x4.splat (local.get $keep)))
          (f32x4.mul
            (f32x4.div (local.get $first) (f32x4.add (f32x4.sqrt (local.get $second)) (f32x4.splat (local.get $damping))))
            (f32x4.splat (local.get $stepSize)))))
        (local.set $w (i32.add (local.get $w) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (local.set $v (i32.add (local.get $v) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (br $vectors)))))
