//! Ends a run early: when it is interrupted, and when its distances have settled, at a learning
//! rate that falls to 0.

use super::Run;
use crate::gan::stopping::{Reason, settled};
use engine::op::Backend;
use ground::error::Result;

impl Run {
    /// Epochs until the distances are looked at: a matter of steps and not of the clock.
    pub(super) fn until_looked_at(&self) -> usize {
        self.done.checked_rem(self.window).map_or(usize::MAX, |done| self.window - done)
    }

    /// Ends the training of all models in good order.
    pub(super) fn interrupt(&mut self) {
        for course in self.courses.iter_mut().filter(|course| course.ended.is_none()) {
            course.ended = Some(Reason::Interrupted);
        }
    }

    /// Ends training within a window, at a falling rate, if the distances of all models that are
    /// still training have settled.
    pub(super) fn settle(&mut self, backend: &mut dyn Backend) -> Result<()> {
        let cooled = self.done + self.window;
        let due = self.done.checked_rem(self.window) == Some(0) && cooled < self.epochs;
        let running = |model: &usize| self.courses[*model].ended.is_none();
        let mut running = (0..self.courses.len()).filter(running);
        if self.settled.is_some() || !due || !running.all(|model| self.has_settled(model)) {
            return Ok(());
        }
        self.cool(backend, self.done * self.gan.batches)
    }

    /// Lets the rates fall to 0 within a window from step `from` on.
    pub(super) fn cool(&mut self, backend: &mut dyn Backend, from: usize) -> Result<()> {
        for adam in [Some(&self.gan.generator_adam), self.gan.discriminator_adam.as_ref()] {
            adam.map_or(Ok(()), |adam| adam.cool(backend, from, self.window * self.gan.batches))?;
        }
        self.epochs = from / self.gan.batches + self.window;
        self.settled = Some(from);
        Ok(())
    }

    fn has_settled(&self, model: usize) -> bool {
        let of_model = self.history.iter().filter(|epoch| epoch.model == model + 1);
        settled(&of_model.map(|epoch| epoch.joint).collect::<Vec<_>>(), self.window)
    }
}
