//! The Programs of a training step and of an evaluation.

use super::heads::latent_noise;
use super::loss::Terms;
use super::recipe::Term;
use super::scores::CHECKS;
use super::{Gan, Recipe, stream};
use engine::nn::Pass;
use engine::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

impl Gan {
    pub(super) fn record(&mut self, backend: &mut dyn Backend, recipe: &Recipe) -> Result<()> {
        let mut update = Program::new("update");
        self.record_update(backend, recipe, &mut update)?;
        let mut step = Program::new("step");
        self.record_inputs(recipe, &mut step);
        step.append(&update);
        // The update alone is for tests that read gradients. In a step nobody reads them.
        for adam in
            [Some(&self.generator_adam), self.discriminator_adam.as_ref()].into_iter().flatten()
        {
            step.discard(adam.gradients);
        }
        for space in
            [Some(&self.generator_space), self.discriminator_space.as_ref()].into_iter().flatten()
        {
            space.discard(&mut step);
        }
        let mut evaluate = Program::new("evaluate");
        self.record_evaluation(backend, recipe, &mut evaluate)?;
        self.update = backend.compile(&update)?;
        self.step = backend.compile(&step)?;
        self.evaluate = backend.compile(&evaluate)?;
        self.step_program = step;
        Ok(())
    }

    /// The cohort as every model reads it.
    fn cohort(&self) -> Tensor {
        let models = self.layout().models;
        if self.data.models == models { self.data } else { self.data.broadcast(models) }
    }

    /// Noise, batch and directions of a step.
    fn record_inputs(&self, recipe: &Recipe, step: &mut Program) {
        step.push(latent_noise(recipe, self.latent, self.random(stream::NOISE)));
        let batch = self.rows.rows_from(0, self.layout().batch);
        step.push(Op::Gather { data: self.cohort(), batch, random: self.random(stream::SHUFFLE) });
        if let Some(out) = self.directions {
            step.push(Op::Directions { out, random: self.random(stream::DIRECTIONS) });
        }
        self.joint.draw(step, self.random(stream::TYPED_DIRECTIONS));
        if let Some(out) = self.head_noise {
            step.push(Op::Noise { out, random: self.random(stream::HEADS) });
        }
    }

    /// One forward pass of G for both updates, both gradients at the old weights, then Adam for
    /// both.
    fn record_update(
        &self,
        backend: &mut dyn Backend,
        recipe: &Recipe,
        program: &mut Program,
    ) -> Result<()> {
        let batch = self.layout().batch;
        let fake = self.rows.rows_from(batch, batch);
        let (generated, soft) = self.record_generator(backend, program, fake)?;
        let dfake = match soft {
            Some(_) => backend.alloc(fake.shape())?,
            None => self.generator_space.dy(),
        };
        let mut terms = Terms::new(recipe, fake, dfake);
        self.record_terms(backend, recipe, program, &mut terms)?;
        // Behind the terms that do not need it: then a GPU can do both backward passes side by side.
        let judged = self.record_discriminator(backend, program)?;
        self.record_other_terms(backend, recipe, program, &mut terms, judged.as_ref())?;
        if let (Some(heads), Some(soft)) = (&self.heads, soft) {
            heads.backward(program, soft, terms.gradient(), self.generator_space.dy());
        }
        let gradients = Some(self.generator_adam.gradients);
        let dy = match soft {
            Some(_) => self.generator_space.dy(),
            None => terms.gradient(),
        };
        self.generator.backward(backend, program, &generated, dy, gradients, None)?;
        for adam in
            [self.discriminator_adam.as_ref(), Some(&self.generator_adam)].into_iter().flatten()
        {
            adam.update(program);
        }
        if let Some(average) = &self.average {
            average.update(program, &self.generator);
        }
        self.scores.record_step(program);
        Ok(())
    }

    /// The generator's pass into the fake rows; with heads, also what their gradient reads.
    fn record_generator(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        fake: Tensor,
    ) -> Result<(Pass, Option<Tensor>)> {
        let (Some(heads), Some(noise)) = (&self.heads, self.head_noise) else {
            return Ok((
                self.generator.forward(backend, program, &self.generator_space, Some(fake))?,
                None,
            ));
        };
        let pass = self.generator.forward(backend, program, &self.generator_space, None)?;
        let soft = heads.forward(backend, program, [pass.y, noise], fake)?;
        Ok((pass, Some(soft)))
    }

    /// The discriminator's pass over real and fake rows, its loss and its gradients.
    fn record_discriminator(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
    ) -> Result<Option<Pass>> {
        let (Some(discriminator), Some(space)) = (&self.discriminator, &self.discriminator_space)
        else {
            return Ok(None);
        };
        let judged = discriminator.forward(backend, program, space, None)?;
        let (logits, dlogits) = (judged.y, space.dy());
        let scores = self.scores.discriminator();
        program.push(Op::LogisticLoss { logits, scores, dlogits, groups: 2, weight: 1.0 });
        let gradients = self.discriminator_adam.as_ref().map(|adam| adam.gradients);
        discriminator.backward(backend, program, &judged, dlogits, gradients, None)?;
        Ok(Some(judged))
    }

    /// The terms of the generator's loss that ask nothing else, if the recipe switches them on.
    fn record_terms(
        &self,
        backend: &mut dyn Backend,
        recipe: &Recipe,
        program: &mut Program,
        terms: &mut Terms,
    ) -> Result<()> {
        if recipe.loss.has(Term::Percentile) {
            terms.percentile(backend, program, self.rows, self.scores.term(Term::Percentile))?;
        }
        if let Some(w) = self.directions {
            terms.sliced(backend, program, self.rows, self.scores.term(Term::Sliced), w)?;
        }
        Ok(())
    }

    /// The term that asks the discriminator, and the joint ones.
    fn record_other_terms(
        &self,
        backend: &mut dyn Backend,
        recipe: &Recipe,
        program: &mut Program,
        terms: &mut Terms,
        judged: Option<&Pass>,
    ) -> Result<()> {
        if recipe.loss.has(Term::Adversarial) {
            let (discriminator, judged) =
                self.discriminator.as_ref().zip(judged).expect("a recipe that was checked");
            let scores = self.scores.adversarial();
            terms.adversarial(backend, program, discriminator, &judged.group(1), scores)?;
        }
        terms.joint(backend, program, self.rows, &self.joint, &self.scores)
    }

    /// As many generated rows as the cohort has, or as the recipe judges by, with running
    /// statistics: their moments, and a check that every number of the state is finite.
    fn record_evaluation(
        &self,
        backend: &mut dyn Backend,
        recipe: &Recipe,
        program: &mut Program,
    ) -> Result<()> {
        let (models, rows) = (self.layout().models, recipe.judged_rows(self.data.rows));
        let latent = backend.alloc([models, rows, self.latent.features])?;
        program.push(latent_noise(recipe, latent, self.random(stream::EVALUATION)));
        let heads = match &self.heads {
            Some(heads) => {
                let out = backend.alloc([models, rows, self.rows.features])?;
                program.push(Op::Noise { out, random: self.random(stream::EVALUATION_HEADS) });
                Some((heads, out))
            }
            None => None,
        };
        let x = super::generated::generated_rows(backend, program, self.judged(), latent, heads)?;
        self.scores.record_evaluation(program, x);
        let changing = self.state().into_iter().filter(|x| !x.is_empty());
        for (part, x) in changing.enumerate() {
            let count = self.scores.checks.window(part * CHECKS, 1, CHECKS);
            program.push(Op::FiniteCheck { x, count });
        }
        self.scores.record_checks(program);
        Ok(())
    }
}
