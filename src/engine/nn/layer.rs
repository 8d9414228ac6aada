//! One dense layer with what follows it, and where its parameters lie in the arenas of its network.

/// A named part of a network's flat arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `w`, `b`, `shortcut`, `gamma`, `beta`, `running_mean` or `running_var`.
    pub name: &'static str,
    /// First number in the arena of one model.
    pub at: usize,
    /// Rows; 1 for a vector.
    pub rows: usize,
    /// Numbers per row.
    pub features: usize,
}

impl Parameter {
    /// Numbers in it.
    pub fn len(&self) -> usize {
        self.rows * self.features
    }

    /// Whether it has no numbers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A dense layer `inputs -> outputs`: with batch normalisation (`gamma`, `beta`, running
/// statistics) or with a bias, and perhaps a shortcut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Weights `[inputs, outputs]`.
    pub w: Parameter,
    /// Scale and shift of the batch normalisation, if there is one.
    pub scale: Option<[Parameter; 2]>,
    /// Bias, if there is no batch normalisation.
    pub b: Option<Parameter>,
    /// Weights `[inputs of the network, outputs]` of what comes past all layers before this one, if
    /// anything does.
    pub shortcut: Option<Parameter>,
    /// Running mean and variance in the arena of running statistics.
    pub running: Option<[Parameter; 2]>,
}

impl Layer {
    /// Lays a layer out behind `trained` numbers of parameters and `kept` numbers of running
    /// statistics, and moves both on.
    pub(super) fn new(
        inputs: usize,
        outputs: usize,
        batch_norm: bool,
        trained: &mut usize,
        kept: &mut usize,
    ) -> Self {
        let place = |name, rows, at: &mut usize| {
            let parameter = Parameter { name, at: *at, rows, features: outputs };
            *at += rows * outputs;
            parameter
        };
        let w = place("w", inputs, trained);
        if batch_norm {
            let scale = [place("gamma", 1, trained), place("beta", 1, trained)];
            let running = [place("running_mean", 1, kept), place("running_var", 1, kept)];
            Self { w, scale: Some(scale), b: None, shortcut: None, running: Some(running) }
        } else {
            Self { w, scale: None, b: Some(place("b", 1, trained)), shortcut: None, running: None }
        }
    }

    /// Adds a shortcut from the network's input, laid out behind `trained` numbers of parameters.
    pub(super) fn with_shortcut(self, inputs: usize, trained: &mut usize) -> Self {
        let features = self.outputs();
        let shortcut = Parameter { name: "shortcut", at: *trained, rows: inputs, features };
        *trained += shortcut.len();
        Self { shortcut: Some(shortcut), ..self }
    }

    /// Features that go in.
    pub fn inputs(&self) -> usize {
        self.w.rows
    }

    /// Features that come out.
    pub fn outputs(&self) -> usize {
        self.w.features
    }

    /// The trained parameters, in arena order.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> {
        [Some(self.w), self.scale.map(|s| s[0]), self.scale.map(|s| s[1]), self.b, self.shortcut]
            .into_iter()
            .flatten()
    }

    /// The running statistics, in arena order.
    pub fn statistics(&self) -> impl Iterator<Item = Parameter> {
        self.running.into_iter().flatten()
    }
}
