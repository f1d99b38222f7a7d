//! The past of a home: records every change of a mirror, keeps statistics, answers queries and exports.
