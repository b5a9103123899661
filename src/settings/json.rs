//! stub
use super::Value;
impl Value {
    /// stub
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}
