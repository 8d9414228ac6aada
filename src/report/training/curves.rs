//! The numbers of a training, epoch by epoch.

/// One curve: a value per epoch; NaN and infinity leave a gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub label: String,
    /// A value per epoch.
    pub values: Vec<f64>,
}

/// Everything that Figure 7 shows; a panel without series says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingCurves {
    /// The epochs, ascending; every series has as many values.
    pub epochs: Vec<f64>,
    /// Generator loss and its terms.
    pub generator: Vec<Series>,
    /// Discriminator loss.
    pub discriminator: Vec<Series>,
    /// Mean probability of being real that the discriminator gives to real and to synthetic
    /// patients, 0 to 1.
    pub probabilities: Vec<Series>,
    /// Marginal and joint Fréchet distance.
    pub frechet: Vec<Series>,
    /// The marginal distance below which training stops, if that is the rule.
    pub threshold: Option<f64>,
    /// The epoch whose model was kept.
    pub kept_epoch: Option<f64>,
}
