//! The language that policies are written in: HCL of the first generation, as both servers read it.

mod print;
